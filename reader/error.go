package reader

import (
	"errors"
	"fmt"

	"github.com/ebfe/scard"

	"github.com/skranke/skranke/mrtd"
)

// Error is one of the troubles with readers and cards that people can do something about. The package's Err variables
// are all of them; compare with errors.Is, and use errors.As to reach the code and the remedy of a wrapped one.
type Error struct {
	code, text, remedy string
	lost               bool
}

// Error says in English what is wrong.
func (e *Error) Error() string { return e.text }

// Code returns the trouble's stable lower-case name, for programs and for the texts in other languages.
func (e *Error) Code() string { return e.code }

// Remedy returns an English sentence that says what to do about it.
func (e *Error) Remedy() string { return e.remedy }

// Is makes the errors that can only end a session match [mrtd.ErrLinkLost].
func (e *Error) Is(target error) bool { return e.lost && target == mrtd.ErrLinkLost }

// The troubles. ErrCardRemoved, ErrReaderRemoved, ErrCardReset, ErrExchangeFailed and ErrInterrupted match
// [mrtd.ErrLinkLost] wherever they come from; so does every error of [Card.Transmit] and [Card.Reset] but that of an ended
// context.
var (
	// ErrNoService says that the PC/SC service does not run, or has gone away.
	ErrNoService = &Error{
		code: "no_service", text: "the PC/SC service is not running",
		remedy: "Start the smart card service: on Debian, install pcscd and run systemctl enable --now pcscd.socket; " +
			"on Windows, start the service Smart Card (SCardSvr).",
	}
	// ErrServiceDenied says that the service lets this user reach no reader or no card.
	ErrServiceDenied = &Error{
		code: "service_denied", text: "the PC/SC service denies access to this user",
		remedy: "Log on at the machine itself, or install the polkit rule that allows this user org.debian.pcsc-lite.access_pcsc " +
			"and access_card.",
	}
	// ErrNoReader says that the service knows no reader.
	ErrNoReader = &Error{
		code: "no_reader", text: "no card reader is connected",
		remedy: "Connect a contactless card reader, and check that its driver is installed.",
	}
	// ErrUnknownReader says that none of the readers has the name asked for.
	ErrUnknownReader = &Error{
		code: "reader_unknown", text: "no connected card reader has this name",
		remedy: "Use a name, or a part of one, from the list that the command readers prints.",
	}
	// ErrNoCard says that no card lies on the reader.
	ErrNoCard = &Error{
		code: "no_card", text: "no document lies on the reader",
		remedy: "Lay the document flat on the reader and leave it there.",
	}
	// ErrCardInUse says that another program is connected to the card.
	ErrCardInUse = &Error{
		code: "card_in_use", text: "another program uses the card",
		remedy: "Close the other program that uses the reader, or take the document off and lay it back.",
	}
	// ErrCardMute says that what lies on the reader does not answer when it is powered.
	ErrCardMute = &Error{
		code: "card_mute", text: "what lies on the reader does not answer",
		remedy: "Take the document off the reader, take it out of any cover, and lay it back flat, alone, with its chip over the antenna.",
	}
	// ErrCardUnsupported says that what lies on the reader speaks neither T=0 nor T=1, as no passport does.
	ErrCardUnsupported = &Error{
		code: "card_unsupported", text: "what lies on the reader is no card that can be spoken with",
		remedy: "Lay a passport or an identity card with a chip on the reader, and nothing else.",
	}
	// ErrCardRemoved says that the card was taken off the reader.
	ErrCardRemoved = &Error{
		code: "card_removed", text: "the document was taken off the reader", lost: true,
		remedy: "Lay the document back, hold it still, and read again.",
	}
	// ErrReaderRemoved says that the reader was unplugged.
	ErrReaderRemoved = &Error{
		code: "reader_removed", text: "the card reader was disconnected", lost: true,
		remedy: "Connect the reader again, and read again.",
	}
	// ErrCardReset says that another program has reset the card, which ended the session with it.
	ErrCardReset = &Error{
		code: "card_reset", text: "another program has reset the card", lost: true,
		remedy: "Close the other program that uses the reader, and read again.",
	}
	// ErrExchangeFailed says that a command or its response did not come through while card and reader stayed in place.
	ErrExchangeFailed = &Error{
		code: "exchange_failed", text: "the exchange with the card failed", lost: true,
		remedy: "Hold the document flat and still on the reader, and read again.",
	}
	// ErrInterrupted says that an earlier exchange was abandoned, its answer unknown, and that nothing can be sent before
	// a [Card.Reset].
	ErrInterrupted = &Error{
		code: "interrupted", text: "an earlier exchange with the card was abandoned", lost: true,
		remedy: "Read again.",
	}
	// ErrClosed says that the card was used after its Close.
	ErrClosed = &Error{
		code: "closed", text: "the connection to the card is closed", lost: true,
		remedy: "Read again.",
	}
	// ErrPCSC stands for every other error of the PC/SC service.
	ErrPCSC = &Error{
		code: "pcsc_error", text: "the PC/SC service failed",
		remedy: "Unplug the reader and plug it in again; if that does not help, restart the machine.",
	}
)

// causes says which trouble a PC/SC return code stands for, where it always stands for the same.
var causes = map[scard.Error]*Error{
	scard.ErrNoService:          ErrNoService,
	scard.ErrServiceStopped:     ErrNoService,
	scard.ErrShutdown:           ErrNoService,
	scard.ErrInvalidHandle:      ErrNoService, // A context from before the service was restarted.
	scard.ErrSecurityViolation:  ErrServiceDenied,
	scard.ErrNoAccess:           ErrServiceDenied,
	scard.ErrNoReadersAvailable: ErrNoReader,
	scard.ErrUnknownReader:      ErrReaderRemoved,
	scard.ErrReaderUnavailable:  ErrReaderRemoved,
	scard.ErrNoSmartcard:        ErrNoCard,
	scard.ErrRemovedCard:        ErrCardRemoved,
	scard.ErrResetCard:          ErrCardReset,
	scard.ErrSharingViolation:   ErrCardInUse,
	scard.ErrUnresponsiveCard:   ErrCardMute,
	scard.ErrUnpoweredCard:      ErrCardMute,
	scard.ErrProtoMismatch:      ErrCardUnsupported,
	scard.ErrUnsupportedCard:    ErrCardUnsupported,
	scard.ErrCardUnsupported:    ErrCardUnsupported,
	scard.ErrNotTransacted:      ErrExchangeFailed,
	scard.ErrCommError:          ErrExchangeFailed,
	scard.ErrCommDataLost:       ErrExchangeFailed,
}

// trouble turns an error of the scard package into one that wraps an [Error], with the PC/SC return code in its text, and
// returns others as they are.
func trouble(err error) error {
	var code scard.Error
	if !errors.As(err, &code) {
		return err
	}
	known := causes[code]
	if known == nil {
		known = ErrPCSC
	}
	return fmt.Errorf("%w (PC/SC code %08X)", known, uint32(code))
}

// lostError is any error that ended a session.
type lostError struct{ error }

func (e lostError) Unwrap() error        { return e.error }
func (e lostError) Is(target error) bool { return target == mrtd.ErrLinkLost }
