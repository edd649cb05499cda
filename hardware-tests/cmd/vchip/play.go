package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/skranke/skranke/hardware-tests/air"
	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/vpcd"
)

// card is a chip behind its link, with a trace.
type card struct {
	*air.Card
	chip  *chip.Chip
	trace io.Writer
}

// Transmit answers a command and shows the exchange.
func (c card) Transmit(command []byte) []byte {
	begin := time.Now()
	response := c.Card.Transmit(command)
	if c.trace != nil {
		fmt.Fprintf(c.trace, "> %X\n< %X  %s, %v\n", command, response, c.chip.Kind(), time.Since(begin).Round(time.Microsecond))
	}
	return response
}

// Reset resets the chip and shows it.
func (c card) Reset() {
	c.Card.Reset()
	if c.trace != nil {
		fmt.Fprintln(c.trace, "- reset")
	}
}

// play lays the document on the slot until ctx ends, the document leaves by itself, or q is typed.
func (o *options) play(ctx context.Context, in io.Reader, out, problems io.Writer) error {
	address, ok := map[int]string{0: vpcd.Slot0, 1: vpcd.Slot1}[o.slot]
	if !ok {
		return fmt.Errorf("--slot %d: the reader has the slots 0 and 1", o.slot)
	}
	link, err := air.Preset("424k")
	if o.link != "" {
		link, err = air.Preset(o.link)
	}
	if err != nil {
		return fmt.Errorf("--link: %w", err)
	}
	d, err := o.document()
	if err != nil {
		return err
	}
	if err := o.export(d); err != nil {
		return err
	}
	for _, line := range d.mrz {
		fmt.Fprintln(out, line)
	}
	if d.can != "" {
		fmt.Fprintln(out, "CAN", d.can)
	}
	c := chip.New(d.config)
	report := d.script.Arm(c)
	laid := card{Card: air.New(c, link, o.link != ""), chip: c}
	if o.trace {
		laid.trace = problems
	}
	err = o.lay(ctx, address, laid, in, problems)
	count := laid.Count()
	fmt.Fprintf(problems, "vchip: %d exchanges, %d octets there and %d back, %v on a real link\n", count.APDUs, count.Sent,
		count.Received, count.Modelled.Round(time.Millisecond))
	if r := report(); r.Err != nil {
		fmt.Fprintln(problems, "vchip: the fault script does not fit the document:", r.Err)
	} else if o.fault != "" {
		fmt.Fprintf(problems, "vchip: %d faults happened\n", len(r.Fired))
	}
	return err
}

// lay lays the card on the slot, and takes it off and lays it back as the person at the keyboard wants.
func (o *options) lay(ctx context.Context, address string, laid card, in io.Reader, problems io.Writer) error {
	var lines chan string
	if o.keys {
		lines = make(chan string)
		go func() {
			defer close(lines)
			for s := bufio.NewScanner(in); s.Scan(); {
				select {
				case lines <- s.Text():
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	for {
		slot, err := vpcd.Insert(ctx, address, laid, o.wait)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("slot %d: %w", o.slot, err)
		}
		how := "Ctrl-C takes it off"
		if o.keys {
			how = "Enter takes it off, q ends"
		}
		fmt.Fprintf(problems, "vchip: the document lies on slot %d; %s\n", o.slot, how)
		var line string
		open := true
		select {
		case <-slot.Done():
		case line, open = <-lines:
			slot.Remove()
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case slot.Err() != nil && !errors.Is(slot.Err(), vpcd.ErrRemoved):
			return fmt.Errorf("%w: %w", vpcd.ErrNoReader, slot.Err())
		case !o.keys || !open || line == "q":
			return nil
		}
		fmt.Fprintln(problems, "vchip: the document is off the reader; Enter lays it back, q ends")
		select {
		case <-ctx.Done():
			return nil
		case line, open = <-lines:
			if !open || line == "q" {
				return nil
			}
		}
	}
}
