package apdu

import (
	"context"
	"fmt"

	"github.com/skranke/skranke/mrtd"
)

// Channel sends commands to one chip, through secure messaging once that is on, and counts what it costs.
//
// A Channel is used by one goroutine at a time.
type Channel struct {
	link mrtd.Link
	sm   *Messaging
	over error
	// Extended says that the chip takes extended length. Without it, data too long for a short command are sent in a chain.
	Extended bool
	// APDUs counts the commands sent, Bytes the bytes both ways.
	APDUs, Bytes int
}

// NewChannel returns a channel without secure messaging.
func NewChannel(link mrtd.Link) *Channel { return &Channel{link: link} }

// Secure turns secure messaging on, or changes its keys.
func (c *Channel) Secure(m *Messaging) { c.sm = m }

// Secured tells whether secure messaging is on.
func (c *Channel) Secured() bool { return c.sm != nil }

// Over tells whether the protected session has ended, so that only Reset helps.
func (c *Channel) Over() bool { return c.over != nil }

// Reset powers the chip down and up, and forgets secure messaging. Errors are the link's.
func (c *Channel) Reset(ctx context.Context) error {
	c.sm, c.over = nil, nil
	return c.link.Reset(ctx)
}

// ATR is the link's.
func (c *Channel) ATR() []byte { return c.link.ATR() }

// MaxPlain is the most response data that the present session brings in a response of at most limit bytes of data.
func (c *Channel) MaxPlain(limit int) int {
	if c.sm != nil {
		return c.sm.MaxPlain(limit)
	}
	return limit
}

// Transmit sends a command and returns the chip's answer, whatever its status word. Errors: the link's, ErrLength, ErrResponse,
// and ErrSecureMessaging, after which every further Transmit fails in the same way until Reset.
//
// Data that do not fit a short command go in a chain where the chip takes no extended length (ISO/IEC 7816-4 §5.3.3); a link of the chain
// that is refused ends it with that status word.
func (c *Channel) Transmit(ctx context.Context, cmd Command) (Response, error) {
	const link = 192 // bytes of plain data that fit a short protected command with any suite
	for !c.Extended && !cmd.Extended && cmd.CLA&0x10 == 0 && len(cmd.Data) > MaxShortData-40 {
		part := Command{CLA: cmd.CLA | 0x10, INS: cmd.INS, P1: cmd.P1, P2: cmd.P2, Data: cmd.Data[:link]}
		if r, err := c.transmit(ctx, part); err != nil || r.Status != OK {
			return r, err
		}
		cmd.Data = cmd.Data[link:]
	}
	return c.transmit(ctx, cmd)
}

func (c *Channel) transmit(ctx context.Context, cmd Command) (Response, error) {
	if c.over != nil {
		return Response{}, c.over
	}
	if c.sm == nil {
		return c.plain(ctx, cmd)
	}
	protected, err := c.sm.Protect(cmd)
	if err != nil {
		return Response{}, err
	}
	r, err := c.exchange(ctx, protected)
	if err != nil {
		c.over = err
		return Response{}, err
	}
	if r, err = c.sm.Unprotect(r); err != nil {
		c.over = err
	}
	return r, err
}

// Do is Transmit for a command that must succeed: any other status word than 9000 is a Status error.
func (c *Channel) Do(ctx context.Context, cmd Command) ([]byte, error) {
	r, err := c.Transmit(ctx, cmd)
	if err == nil && r.Status != OK {
		err = r.Status
	}
	return r.Data, err
}

// plain sends an unprotected command and follows the chip's wish for another Le (6Cxx) or for GET RESPONSE (61xx; ISO/IEC 7816-4
// §5.6), each at most a bounded number of times.
func (c *Channel) plain(ctx context.Context, cmd Command) (Response, error) {
	r, err := c.exchange(ctx, cmd)
	if err == nil && r.Status>>8 == 0x6C {
		cmd.Le, cmd.Extended = leOf(r.Status), false
		r, err = c.exchange(ctx, cmd)
	}
	data := r.Data
	for tries := 0; err == nil && r.Status>>8 == 0x61; tries++ {
		if tries == 256 || len(data) > MaxExtendedLe {
			return Response{}, fmt.Errorf("%w: response data without end", ErrResponse)
		}
		r, err = c.exchange(ctx, Command{INS: 0xC0, Le: leOf(r.Status)})
		data = append(data, r.Data...)
	}
	return Response{data, r.Status}, err
}

func leOf(s Status) int {
	if n := int(s & 0xff); n > 0 {
		return n
	}
	return MaxShortLe
}

func (c *Channel) exchange(ctx context.Context, cmd Command) (Response, error) {
	raw, err := cmd.Encode()
	if err != nil {
		return Response{}, err
	}
	if err := ctx.Err(); err != nil {
		return Response{}, err
	}
	answer, err := c.link.Transmit(ctx, raw)
	c.APDUs++
	c.Bytes += len(raw) + len(answer)
	if err != nil {
		return Response{}, fmt.Errorf("transmitting a command: %w", err)
	}
	return ParseResponse(answer)
}
