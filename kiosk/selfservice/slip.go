package selfservice

import (
	"github.com/skranke/skranke/kiosk/visit"
)

// The letters of a slip. They tell the counter how far the citizen came, and nothing about who it is.
const (
	slipDone   = 'A' // the document and the person were checked
	slipPerson = 'B' // the document was checked; nobody has compared the person
	slipLook   = 'C' // the chip was read; a person has to look at something
	slipUnread = 'D' // no chip was read
)

// drawSlip gives the citizen a number for the counter. It is drawn by lot and kept nowhere.
func (k *kiosk) drawSlip() {
	letter := rune(slipUnread)
	if result := k.snapshot.Result; k.snapshot.Phase == visit.Done && result != nil {
		switch {
		case k.compared == visit.Yes:
			letter = slipDone
		case k.compared == visit.No || !worthALook(result):
			letter = slipLook
		default:
			letter = slipPerson
		}
	}
	if k.slip == "" {
		k.slip = k.lot()
	}
	k.slipLetter = letter
}
