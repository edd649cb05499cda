package visit

import (
	"context"
	"fmt"

	"github.com/skranke/skranke/mrtd/inspect"
)

// job is one reading, in a goroutine of its own.
type job struct {
	reader string
	cancel context.CancelFunc
	// unwanted tells that nobody waits for what it gives any more. Only the counter's goroutine touches it.
	unwanted bool
}

// begin starts a reading of the chip on a reader. The job has a copy of what was given, and wipes it; it owns the evidence of an earlier
// reading, and gives it back with its own, or wipes it.
func (c *Counter) begin(ctx context.Context, reader string, given Given, earlier *inspect.Evidence) *job {
	ctx, cancel := context.WithTimeout(ctx, c.config.Limit)
	j := &job{reader: reader, cancel: cancel}
	given.can = append([]byte(nil), given.can...)
	c.jobs.Go(func() {
		defer cancel()
		defer given.wipe()
		inspection, photo, err := c.read(ctx, j, given, earlier)
		if !c.post(func(s *state) { s.finished(j, inspection, photo, err) }) {
			inspection.wipe()
			photo.wipe()
		}
	})
	return j
}

// read connects, inspects and decodes the photo. A panic in what it calls becomes an error that repeats nothing of
// it, since its value may hold what was read.
func (c *Counter) read(ctx context.Context, j *job, given Given, earlier *inspect.Evidence) (inspection *Inspection, photo *Photo, err error) {
	defer func() {
		if value := recover(); value != nil {
			inspection.wipe()
			photo.wipe()
			inspection, photo, err = nil, nil, fmt.Errorf("the reading broke off with a %T", value)
		}
	}()
	progress := func(p Progress) { c.post(func(s *state) { s.progressed(j, p) }) }
	link, err := c.config.Readers.Open(ctx, j.reader)
	if err != nil {
		return &Inspection{Evidence: earlier}, nil, err
	}
	defer func() { _ = link.Close() }() // the reading is over: what closing says changes nothing about it
	inspection, err = c.config.Inspect(ctx, link, given, earlier, progress)
	if inspection == nil || inspection.Evidence != earlier {
		earlier.Wipe()
	}
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return inspection, nil, err
	}
	if inspection == nil || len(inspection.Face) == 0 || c.config.Decode == nil {
		return inspection, nil, nil
	}
	if image, err := c.config.Decode(ctx, inspection.Face); err == nil {
		photo = NewPhoto(image)
	}
	return inspection, photo, nil
}
