package main

import (
	"context"
	"strings"
	"time"
	_ "time/tzdata" // today in Copenhagen, on machines without a time zone database

	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// judgeFlags are what a document is judged with.
type judgeFlags struct {
	Trust []string `placeholder:"PATH" sep:"none" help:"Certificate, master list, LDIF, or a folder of these, in place of the built-in and imported store. May be repeated."`
	CRL   []string `name:"crl" placeholder:"PATH" sep:"none" help:"Revocation list, or LDIF. May be repeated."`
	storeFlag
	At string `placeholder:"TIME" help:"Judge as of this time, RFC 3339, or a date."`
}

// input loads the trust store and fixes the time.
func (f judgeFlags) input(ctx context.Context) (inspect.JudgeInput, error) {
	at, err := f.time()
	if err != nil {
		return inspect.JudgeInput{}, err
	}
	store, err := trust.Open(trust.Options{Dir: f.dir(), Paths: f.Trust, CRLs: f.CRL})
	if err != nil {
		return inspect.JudgeInput{}, err
	}
	if s := store.Summary(); len(f.Trust) > 0 && s.CSCA+s.Unverified == 0 {
		return inspect.JudgeInput{}, usage("trust_file", "Give a CSCA certificate, a master list or an LDIF export of the ICAO PKD.", "what --trust names holds no CSCA certificate")
	}
	in := inspect.JudgeInput{Context: ctx, Store: store, At: at, Face: decodeFace}
	if f.At == "" {
		in.Earliest = earliest(store)
	}
	return in, nil
}

func (f judgeFlags) time() (time.Time, error) {
	if f.At == "" {
		return now(), nil
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(f.At)); err == nil {
		return at, nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, f.At, copenhagen()); err == nil {
		return at.Add(12 * time.Hour), nil
	}
	return time.Time{}, usage("usage", "Write the time like 2026-11-22T10:00:00+01:00, or a date like 2026-11-22.", "--at is not a time")
}

// now is the present time as Copenhagen's clocks have it: the day on which a document expires is theirs.
func now() time.Time { return time.Now().In(copenhagen()) }

func copenhagen() *time.Location {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		return time.FixedZone("CET", 3600) // not reached: the database is built in
	}
	return zone
}
