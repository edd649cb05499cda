package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/do"
	"github.com/skranke/skranke/mrtd/lds"
)

// atrInfo is EF.ATR/INFO, which tells lengths and is no evidence.
const atrInfo File = "EF.ATR/INFO"

// fileIDs are the file identifiers of the LDS (Doc 9303-10 §3.11 and §4.7). The short identifier is the low five bits.
var fileIDs = map[File]uint16{
	CardAccess: 0x011C, CardSecurity: 0x011D, COM: 0x011E, SOD: 0x011D,
	atrInfo: 0x2F01, DG(1): 0x0101, DG(2): 0x0102, DG(11): 0x010B, DG(14): 0x010E, DG(15): 0x010F,
}

// Limits on what a chip may send, in bytes. A facial image has a limit of its own.
const (
	maxFile = 64 << 10
	maxDG2  = 1 << 20
)

func limit(f File) int {
	if f == DG(2) {
		return maxDG2
	}
	return maxFile
}

// errOverLimit says that a file claims to be longer than its limit; errNoFile that what the chip sent is no file.
var (
	errOverLimit = errors.New("the file is longer than its limit")
	errNoFile    = errors.New("what the chip sent is no file")
)

// refusal is the entry of Session.Refused for an error that belongs to one file; ok is false for one that ends the session.
func refusal(err error) (code string, ok bool) {
	var status apdu.Status
	switch {
	case errors.As(err, &status) && !errors.Is(err, apdu.ErrSecureMessaging):
		return strings.ToLower(status.String()), true
	case errors.Is(err, errOverLimit):
		return "over_limit", true
	case errors.Is(err, errNoFile):
		return "invalid", true
	}
	return "", false
}

// The sizes of response data that a read tries, in bytes: the most that the chip announces up to a bound, a size that chips which break at long ones
// bear, the most of short length fields, and less, for chips that refuse even that. Beyond the bound little is won, a twentieth of the time for the
// longest faces, and much is lost with a document that is lifted in the middle of a block.
const (
	longestBlock = 12 << 10
	longBlock    = 4 << 10
	smallBlock   = 144
)

// leastStretch is the least that a stretch of DG2 is cut down to, in bytes.
const leastStretch = 2 << 10

// stretch is how many bytes of a file to ask for next, from at on, as far as a block holds them. Documents are lifted too early when most of the
// face has come: towards four fifths of it the stretches become shorter, so that little is lost there, and the last fifth comes whole.
// Finishing then costs less than half of a whole read.
func (g *gatherer) stretch(f File, at, total int) int {
	left := total/5*4 - at
	if f != DG(2) || left <= 0 || g.ch.MaxPlain(g.blocks[0]) <= leastStretch {
		return total - at
	}
	return min(left, max(leastStretch, left*2/3))
}

// announced sets the block sizes by what the chip says of itself in its answer to reset, or else in EF.ATR/INFO (Doc 9303-10 §3.11.1).
func (g *gatherer) announced(ctx context.Context) error {
	lengths, ok := lds.ParseATR(g.ch.ATR())
	g.blocks = []int{apdu.MaxShortLe, smallBlock}
	if !ok || lengths.InFile {
		data, err := g.firstBlock(ctx, atrInfo, fileIDs[atrInfo]) // a row of objects, not one: its first block is enough
		if _, refused := refusal(err); err != nil && !refused {
			return err
		}
		if inFile, err := lds.ParseATRInfo(data); err == nil && len(data) > 0 {
			lengths = inFile
		}
	}
	g.ch.Extended = lengths.Extended || lengths.MaxCommand > apdu.MaxShortData
	if lengths.Extended || lengths.MaxResponse > apdu.MaxShortLe {
		most := longestBlock
		if lengths.MaxResponse > apdu.MaxShortLe { // less than a short response announces nothing
			most = min(most, lengths.MaxResponse-2)
		}
		g.blocks = append([]int{most}, g.blocks...)
		if most > longBlock {
			g.blocks = slices.Insert(g.blocks, 1, longBlock)
		}
	}
	return nil
}

// known takes the terms of an earlier reading over, where the chip answers to reset as it did then; it tells whether it did. Should it be another
// chip of the kind, it has the same terms; should those be wrong, the ladder goes down.
func (g *gatherer) known() bool {
	e := g.in.Earlier
	if e == nil || e.Session == nil || len(e.terms.blocks) == 0 || e.Session.ATR != g.session.ATR {
		return false
	}
	g.blocks, g.ch.Extended, g.most = slices.Clone(e.terms.blocks), e.terms.extended, e.terms.most
	return true
}

// lower takes a step down after a refusal; it tells whether a smaller block is left.
func (g *gatherer) lower() bool {
	if len(g.blocks) < 2 {
		return false
	}
	g.blocks = g.blocks[1:]
	return true
}

// blockRefused tells whether a status word can mean "not that many bytes", as chips in the field say it.
func blockRefused(s apdu.Status) bool {
	switch s {
	case apdu.WrongLength, apdu.WrongOffset, apdu.EndOfFile, apdu.NoPreciseDiagnosis:
		return true
	}
	return s>>8 == 0x6C
}

// readFile reads one elementary file whole: by its short identifier, the length from the first block, then on by offset (Doc 9303-10 §3.6).
// Errors: a Status where the chip refuses the file, errOverLimit, errNoFile, or what ends the session.
//
// A file that an earlier session had begun is carried on at its offset. If that comes to nothing, or the whole has another hash than EF.SOD holds,
// it is read anew before anyone is accused: where nothing protects what comes, its start may have been spoilt on the way, its length included.
func (g *gatherer) readFile(ctx context.Context, f File) ([]byte, error) {
	if f == DG(2) && len(g.evidence.begun) > 0 {
		data, err := g.carryOn(ctx, f, g.evidence.begun)
		if _, refused := refusal(err); err != nil && !refused || err == nil && g.vouched(f, data) {
			return data, err
		}
		g.evidence.begun, g.midway = nil, false
	}
	first, err := g.firstBlock(ctx, f, fileIDs[f])
	if err != nil {
		return nil, err
	}
	return g.rest(ctx, f, first, g.stretch)
}

// carryOn selects a file and reads it on from what there is, in as few blocks as there can be.
func (g *gatherer) carryOn(ctx context.Context, f File, begun []byte) ([]byte, error) {
	if g.selected != f {
		if err := g.selectFile(ctx, f); err != nil {
			return nil, err
		}
	}
	return g.rest(ctx, f, begun, func(_ File, at, total int) int { return total - at })
}

// rest reads the rest of the current file, of which data is the start, by stretches.
func (g *gatherer) rest(ctx context.Context, f File, data []byte, stretch func(f File, at, total int) int) ([]byte, error) {
	total, err := lds.FileLength(data)
	if err != nil || len(data) == 0 {
		return nil, fmt.Errorf("%s: %w", f, errNoFile)
	}
	if total > limit(f) {
		return nil, fmt.Errorf("%s: %w", f, errOverLimit)
	}
	data = append(make([]byte, 0, max(total, len(data))), data...)
	for blocks := 0; len(data) < total; blocks++ {
		if blocks > mostBlocks(total) {
			return nil, fmt.Errorf("%s comes by drops: %w", f, errNoFile)
		}
		g.midway = true
		if f == DG(2) {
			g.evidence.begun = data
		}
		g.progress(f, len(data), total)
		block, err := g.readAt(ctx, len(data), stretch(f, len(data), total))
		if pastEnd(err) { // if it refuses a single byte too, there is none
			block, err = g.readAt(ctx, len(data), 1)
		}
		if pastEnd(err) || err == nil && len(block) == 0 {
			return nil, fmt.Errorf("%s ends before its length: %w", f, errNoFile)
		}
		if err != nil {
			return nil, err
		}
		data = append(data, block...)
	}
	if f == DG(2) {
		g.evidence.begun = nil
	}
	g.progress(f, total, total)
	return data[:total], nil
}

// pastEnd tells whether a chip says that the file has nothing at an offset (ISO/IEC 7816-4 §5.6: 6B00, or the warning 6282 without data).
func pastEnd(err error) bool {
	return (errors.Is(err, apdu.WrongOffset) || errors.Is(err, apdu.EndOfFile)) && !errors.Is(err, apdu.ErrSecureMessaging)
}

// mostBlocks bounds the commands for a file, in case a chip gives it byte by byte: honest ones give a hundred at a time or more.
func mostBlocks(total int) int { return 256 + total/48 }

// firstBlock reads the start of a file, which selects it. A chip that does not know short identifiers gets SELECT.
func (g *gatherer) firstBlock(ctx context.Context, f File, id uint16) ([]byte, error) {
	g.selected = ""
	if !g.selectOnly {
		data, err := g.start(ctx, func(n int) apdu.Command {
			return apdu.Command{INS: 0xB0, P1: 0x80 | byte(id)&0x1f, Le: n}
		})
		var status apdu.Status
		switch {
		case !errors.As(err, &status) || errors.Is(err, apdu.ErrSecureMessaging):
			return data, err
		case status == apdu.FileNotFound || status == apdu.SecurityNotSatisfied:
			return nil, fmt.Errorf("%s: %w", f, err)
		}
	}
	if err := g.selectFile(ctx, f); err != nil {
		return nil, err
	}
	data, err := g.start(ctx, func(n int) apdu.Command { return apdu.Command{INS: 0xB0, Le: n} })
	if pastEnd(err) {
		if _, err := g.readAt(ctx, 0, 1); pastEnd(err) {
			return nil, fmt.Errorf("%s is empty: %w", f, errNoFile)
		}
	}
	g.selectOnly = g.selectOnly || err == nil
	return data, err
}

func (g *gatherer) selectFile(ctx context.Context, f File) error {
	id := fileIDs[f]
	g.selected = ""
	_, err := g.ch.Do(ctx, apdu.Command{INS: 0xA4, P1: 0x02, P2: 0x0C, Data: []byte{byte(id >> 8), byte(id)}})
	if err != nil {
		return fmt.Errorf("%s: %w", f, err)
	}
	g.selected = f
	return nil
}

// header is enough of a file to tell its length.
const header = 6

// start reads the first block of a file, as long as the ladder says although the file may be shorter. A chip that refuses to read past
// the end (Chinese and Indian ones do) gives the header alone from then on.
func (g *gatherer) start(ctx context.Context, command func(n int) apdu.Command) ([]byte, error) {
	if !g.exact {
		blocks := g.blocks
		data, err := g.block(ctx, 0, command)
		if err == nil || !errors.Is(err, apdu.WrongOffset) && !errors.Is(err, apdu.WrongLength) && !errors.Is(err, apdu.EndOfFile) ||
			errors.Is(err, apdu.ErrSecureMessaging) {
			return data, err
		}
		g.blocks = blocks // it was not the block that was too long
	}
	data, err := g.block(ctx, header, command)
	g.exact = g.exact || err == nil
	return data, err
}

// maxOffset is the last offset that READ BINARY's first form can name; beyond it the first parameter's high bit would mean
// a short identifier, and the odd instruction takes over (ISO/IEC 7816-4 §7.2.3).
const maxOffset = 0x7fff

// readAt reads up to want bytes of the current file, or as many as go into a block where want is 0.
func (g *gatherer) readAt(ctx context.Context, offset, want int) ([]byte, error) {
	if offset <= maxOffset {
		return g.block(ctx, want, func(n int) apdu.Command {
			return apdu.Command{INS: 0xB0, P1: byte(offset >> 8), P2: byte(offset), Le: n}
		})
	}
	const overhead = 4 // tag 53 and its length before the data
	data, err := g.block(ctx, want+overhead, func(n int) apdu.Command {
		at := []byte{byte(offset >> 16), byte(offset >> 8), byte(offset)}
		return apdu.Command{INS: 0xB1, Data: do.Encode(0x54, at), Le: n}
	})
	if err != nil {
		return nil, err
	}
	inner, ok := do.Only(0x53, data)
	if !ok {
		return nil, errNoFile
	}
	return inner, nil
}

// block sends a READ BINARY for want bytes, or for as many as the ladder says, and steps down where the chip refuses that many. A chip that
// names the length it would give (6Cxx) is asked for that.
func (g *gatherer) block(ctx context.Context, want int, command func(n int) apdu.Command) ([]byte, error) {
	named := 0
	for {
		n := g.ch.MaxPlain(g.blocks[0])
		if want > 0 {
			n = min(n, want)
		}
		if g.most > 0 {
			n = min(n, g.most)
		}
		if !g.ch.Secured() && g.session.Access.Protocol == "" { // before access is won there are small files alone
			n = min(n, apdu.MaxShortLe)
		}
		if named > 0 {
			n = named
		}
		r, err := g.ch.Transmit(ctx, command(n))
		switch {
		case err != nil && n > apdu.MaxShortLe && !g.sustained:
			return nil, g.broke(err)
		case err != nil:
			return nil, err
		case r.Status == apdu.OK || r.Status == apdu.EndOfFile && len(r.Data) > 0:
			g.sustained = g.sustained || len(r.Data) > apdu.MaxShortLe
			if named > 0 && want > named { // more is there, so that it is the most that the chip gives, not the rest of the file
				if named == g.named { // and not by mistake
					g.most = named
				}
				g.named = named
			}
			return r.Data, nil
		case r.Status>>8 == 0x6C && named == 0 && r.Status&0xff != 0:
			named = int(r.Status & 0xff)
			continue
		case blockRefused(r.Status) && n == g.ch.MaxPlain(g.blocks[0]) && g.lower():
			continue
		}
		return nil, r.Status
	}
}

// broke deals with a chip that broke at a long block although it announces them, as Chinese ones do, and has never brought one through: it
// gets short ones from now on, and is asked again on a fresh session where it left this one over its length. A link that is lost there is a document
// that was nudged, until it is lost there again.
func (g *gatherer) broke(err error) error {
	var bare *apdu.UnprotectedError
	switch {
	case !errors.Is(err, mrtd.ErrLinkLost):
		g.shorten()
		if errors.As(err, &bare) && blockRefused(bare.Status) {
			return errAgain
		}
	case g.silent:
		g.shorten()
		return errAgain
	default:
		g.silent = true
	}
	return err
}

// shorten makes do without extended length from now on.
func (g *gatherer) shorten() {
	g.ch.Extended = false
	for len(g.blocks) > 1 && g.blocks[0] > apdu.MaxShortLe {
		g.blocks = g.blocks[1:]
	}
}

// adapt deals with a chip that refused a command for its length: one that takes no extended length though it announces it gets chains, and one
// that takes no chains (Italian ones) gets extended length though it does not announce it. It tells whether a fresh session is worth a try.
func (g *gatherer) adapt(err error) bool {
	var status apdu.Status
	var bare *apdu.UnprotectedError
	if errors.As(err, &bare) {
		status = bare.Status
	} else if !errors.As(err, &status) {
		return false
	}
	switch {
	case g.adapted:
		return false
	case status == apdu.WrongLength && g.ch.Extended:
		g.shorten()
	case (status == apdu.ChainingNotSupported || status == apdu.LastCommandExpected || status == apdu.ClassNotSupported) && !g.ch.Extended:
		g.ch.Extended = true
	default:
		return false
	}
	g.adapted = true
	return true
}
