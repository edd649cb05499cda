// Package selfservice is the citizen's full-screen flow, the second face over kiosk/visit.
//
// This version has the caseworker's face only: [Run] says so, and shows nothing.
package selfservice

import (
	"context"
	"errors"
)

// ErrAbsent says that this version has no self-service flow. The caseworker's window does the same work.
var ErrAbsent = errors.New("the self-service kiosk is not part of this version")

// Run returns ErrAbsent.
func Run(context.Context) error { return ErrAbsent }
