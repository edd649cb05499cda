package reader

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/ebfe/scard"

	"github.com/skranke/skranke/mrtd"
)

var all = []*Error{
	ErrNoService, ErrServiceDenied, ErrNoReader, ErrUnknownReader, ErrNoCard, ErrCardInUse, ErrCardMute, ErrCardUnsupported,
	ErrCardRemoved, ErrReaderRemoved, ErrCardReset, ErrExchangeFailed, ErrInterrupted, ErrClosed, ErrPCSC,
}

func TestErrors(t *testing.T) {
	codes := map[string]bool{}
	for _, e := range all {
		if e.Code() == "" || codes[e.Code()] || strings.ToLower(e.Code()) != e.Code() {
			t.Errorf("code %q is empty, doubled or not lower-case", e.Code())
		}
		codes[e.Code()] = true
		if e.Error() == "" || !strings.HasSuffix(e.Remedy(), ".") {
			t.Errorf("%s: text %q, remedy %q", e.Code(), e.Error(), e.Remedy())
		}
		for _, other := range all {
			if errors.Is(e, other) != (e == other) {
				t.Errorf("%s matches %s", e.Code(), other.Code())
			}
		}
		lost := map[*Error]bool{
			ErrCardRemoved: true, ErrReaderRemoved: true, ErrCardReset: true, ErrExchangeFailed: true, ErrInterrupted: true,
			ErrClosed: true,
		}
		if got := errors.Is(e, mrtd.ErrLinkLost); got != lost[e] {
			t.Errorf("%s is a lost link: %t", e.Code(), got)
		}
		inSession := fmt.Errorf("reading EF.SOD: %w", lostError{e})
		var known *Error
		if !errors.Is(inSession, mrtd.ErrLinkLost) || !errors.Is(inSession, e) || !errors.As(inSession, &known) || known != e {
			t.Errorf("%s in a session: %v is no lost link, or does not lead to its code", e.Code(), inSession)
		}
	}
}

// The numbers are those of winscard.h and pcsclite.h.
func TestTrouble(t *testing.T) {
	for number, want := range map[uint32]*Error{
		0x8010001d: ErrNoService,     // SCARD_E_NO_SERVICE
		0x8010001e: ErrNoService,     // SCARD_E_SERVICE_STOPPED
		0x80100003: ErrNoService,     // SCARD_E_INVALID_HANDLE
		0x8010006a: ErrServiceDenied, // SCARD_W_SECURITY_VIOLATION
		0x8010002e: ErrNoReader,      // SCARD_E_NO_READERS_AVAILABLE
		0x80100009: ErrReaderRemoved, // SCARD_E_UNKNOWN_READER
		0x80100017: ErrReaderRemoved, // SCARD_E_READER_UNAVAILABLE
		0x8010000c: ErrNoCard,        // SCARD_E_NO_SMARTCARD
		0x8010000b: ErrCardInUse,     // SCARD_E_SHARING_VIOLATION
		0x80100066: ErrCardMute,      // SCARD_W_UNRESPONSIVE_CARD
		0x80100067: ErrCardMute,      // SCARD_W_UNPOWERED_CARD
		0x8010000f: ErrCardUnsupported,
		0x80100069: ErrCardRemoved,    // SCARD_W_REMOVED_CARD
		0x80100068: ErrCardReset,      // SCARD_W_RESET_CARD
		0x80100016: ErrExchangeFailed, // SCARD_E_NOT_TRANSACTED
		0x80100013: ErrExchangeFailed, // SCARD_F_COMM_ERROR
		0x80100001: ErrPCSC,           // SCARD_F_INTERNAL_ERROR
		0x8010ffff: ErrPCSC,
	} {
		got := trouble(scard.Error(number))
		if !errors.Is(got, want) || !strings.Contains(got.Error(), fmt.Sprintf("%08X", number)) {
			t.Errorf("%08X: %v, want %v with the number", number, got, want)
		}
	}
	if got := trouble(nil); got != nil {
		t.Errorf("no error: %v", got)
	}
	if got := trouble(io.EOF); got != io.EOF {
		t.Errorf("another package's error: %v", got)
	}
}
