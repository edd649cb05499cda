package rules

import (
	"io/fs"
	"sync/atomic"
)

// InForce holds the rule pack that decides at present. A pack that is refused never replaces it.
type InForce struct{ pack atomic.Pointer[Pack] }

// NewInForce puts a pack in force.
func NewInForce(p *Pack) *InForce {
	f := &InForce{}
	f.pack.Store(p)
	return f
}

// Pack returns the pack in force.
func (f *InForce) Pack() *Pack { return f.pack.Load() }

// Reload loads a pack and puts it in force. When it is refused, the error is that of [Load] and the pack before it stays
// in force.
func (f *InForce) Reload(fsys fs.FS) error {
	p, err := Load(fsys)
	if err != nil {
		return err
	}
	f.pack.Store(p)
	return nil
}
