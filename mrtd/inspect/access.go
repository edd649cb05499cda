package inspect

import (
	"context"
	"errors"
	"fmt"

	"github.com/skranke/skranke/mrtd/access"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/lds"
)

// access wins access to the chip and selects the eMRTD application: PACE where EF.CardAccess offers it, else BAC, else none where
// the chip asks for none. open is false where the chip let nobody in for a reason that the evidence now holds.
func (g *gatherer) access(ctx context.Context) (open bool, err error) {
	if g.blocks == nil && !g.known() {
		if err := g.announced(ctx); err != nil {
			return false, err
		}
	}
	infos, err := g.cardAccess(ctx)
	if err != nil {
		return false, err
	}
	a := &g.session.Access
	offer, err := access.Choose(infos)
	switch {
	case errors.Is(err, access.ErrPACENotOffered):
		a.PACE = Result{NotSupported, CodeNotOffered, ""}
	case err != nil:
		a.PACE = Result{Undetermined, CodeUnknownAlgorithm, err.Error()}
	default:
		done, err := g.pace(ctx, offer)
		if done || err != nil {
			return done, err
		}
	}
	return g.bac(ctx)
}

// cardAccess reads EF.CardAccess, which is open to all, and returns the PACE variants in it. A chip that has none, or keeps it
// closed, offers no PACE.
func (g *gatherer) cardAccess(ctx context.Context) ([]lds.PACEInfo, error) {
	if err := g.read(ctx, CardAccess); err != nil {
		return nil, err
	}
	file, ok := g.evidence.Files[CardAccess]
	if !ok {
		return nil, nil
	}
	infos, err := lds.ParseCardAccess(file)
	if err != nil {
		return nil, nil // the judge says what is wrong with it
	}
	return infos.PACE, nil
}

// pace runs PACE and selects the application. After a chip refused PACE that it offers, done is false and BAC may follow on a fresh
// session, which the report shows: PACE stands there as failed. A wrong password, a forged key or a wrong token never
// leads to BAC.
func (g *gatherer) pace(ctx context.Context, offer access.Offer) (done bool, err error) {
	a := &g.session.Access
	mapped, err := access.PACE(ctx, g.ch, offer, g.password, g.in.Random)
	var failure *access.Failure
	switch {
	case err == nil:
		a.PACE = Result{Outcome: Successful}
		a.Protocol, a.Domain = offer.Protocol, offer.Domain
		if err := g.readMapping(ctx, offer, mapped); err != nil {
			return false, err
		}
		return true, g.selectApplication(ctx)
	case errors.As(err, &failure):
		a.PACE = Result{Failed, failure.Code, failure.Error()}
		if !g.password.IsMRZ() && errors.Is(err, apdu.ReferencedDataNotFound) {
			return false, ErrNeedsMRZ // the chip has no CAN at all
		}
		if g.adapt(err) {
			return false, errAgain
		}
		if failure.Code != CodeRefused || !g.password.IsMRZ() {
			return false, errClosed
		}
		if failure.Step != access.FirstStep && !g.again[errLeftPACE] {
			return false, errLeftPACE
		}
		return false, g.ch.Reset(ctx)
	}
	return false, err
}

// errClosed says that the chip let nobody in, for a reason that the evidence holds; errLeftPACE that it left PACE in its midst. They never leave
// this package.
var (
	errClosed   = errors.New("the chip stayed closed")
	errLeftPACE = errors.New("the chip left PACE in its midst")
)

// bac selects the application and runs BAC, or goes on without where the chip wants no access control.
func (g *gatherer) bac(ctx context.Context) (open bool, err error) {
	a := &g.session.Access
	if err := g.selectApplication(ctx); err != nil {
		return false, err
	}
	if !g.password.IsMRZ() {
		return false, ErrNeedsMRZ
	}
	err = access.BAC(ctx, g.ch, g.password, g.in.Random)
	var failure *access.Failure
	switch {
	case err == nil:
		a.BAC = Result{Outcome: Successful}
		a.Protocol = "BAC"
		return true, nil
	case errors.Is(err, access.ErrBACNotOffered):
		a.BAC = Result{NotSupported, CodeNotOffered, ""}
		return g.plain(ctx)
	case errors.As(err, &failure):
		a.BAC = Result{Failed, failure.Code, failure.Error()}
		return false, errClosed
	}
	return false, err
}

// plain tells whether the chip gives its files to anyone.
func (g *gatherer) plain(ctx context.Context) (open bool, err error) {
	_, err = g.firstBlock(ctx, SOD, fileIDs[SOD])
	var status apdu.Status
	if errors.As(err, &status) {
		return false, errClosed
	}
	if err == nil {
		g.session.Access.Protocol = "plain"
	}
	return err == nil, err
}

func (g *gatherer) selectApplication(ctx context.Context) error {
	_, err := g.ch.Do(ctx, apdu.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: application})
	var status apdu.Status
	switch {
	case errors.Is(err, apdu.ErrSecureMessaging) || !errors.As(err, &status):
		return err
	case status == apdu.SecurityNotSatisfied || status == apdu.ConditionsNotSatisfied: // it is there, behind PACE alone
		return errClosed
	}
	return fmt.Errorf("%w: %w", ErrNotTravelDocument, status)
}
