package reader

import (
	"encoding/json"
	"errors"
	"testing"
)

// Names as drivers and pcsc-lite or Windows make them up.
const (
	omnikeyCL    = "HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422CL Smartcard Reader] (KN00000001) 01 00"
	omnikey      = "HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422 Smartcard Reader] (KN00000001) 00 00"
	oldOmnikeyCL = "OMNIKEY CardMan 5x21-CL 0"
	identivCL    = "Identive CLOUD 4700 F Dual Interface Reader [CLOUD 4700 F Contactless Reader] (53201213100199) 01 00"
	identiv      = "Identive CLOUD 4700 F Dual Interface Reader [CLOUD 4700 F Contact Reader] (53201213100199) 00 00"
	gemaltoCL    = "Gemalto Prox Dual USB PC LinkReader [Prox-DU Contactless_09A00795] (09A00795) 00 00"
	gemalto      = "Gemalto Prox Dual USB PC LinkReader [Prox-DU Contact_09A00795] (09A00795) 01 00"
	acsPICC      = "ACS ACR1281 1S Dual Reader PICC 0"
	acsICC       = "ACS ACR1281 1S Dual Reader ICC 0"
	acsSAM       = "ACS ACR1281 1S Dual Reader SAM 0"
	acr122       = "ACS ACR122U PICC Interface 00 00"
	reiner       = "REINER SCT cyberJack RFID standard 0"
	broadcom     = "Broadcom Corp 58200 [Contacted SmartCard] (0123456789ABCD) 00 00"
	broadcomCL   = "Broadcom Corp 58200 [Contactless SmartCard] (0123456789ABCD) 01 00"
	scm          = "SCM Microsystems Inc. SCL3711 [SCL3711 reader & NFC device] 00 00"
	alcor        = "Alcor Micro AU9540 00 00"
	virtual      = "Virtual PCD 00 00"
)

func TestContactless(t *testing.T) {
	contactATR := []byte{0x3b, 0x68, 0x00, 0x00, 0x00, 0x73, 0xc8, 0x40, 0x12, 0x00, 0x90, 0x00}
	for _, test := range []struct {
		name       string
		atr        []byte
		yes, known bool
	}{
		{omnikeyCL, nil, true, true},
		{omnikey, nil, false, false},
		{oldOmnikeyCL, nil, true, true},
		{identivCL, nil, true, true},
		{identiv, nil, false, true},
		{gemaltoCL, nil, true, true},
		{gemalto, nil, false, true},
		{acsPICC, nil, true, true},
		{acsICC, nil, false, true},
		{acsSAM, nil, false, true},
		{acr122, nil, true, true},
		{reiner, nil, true, true},
		{broadcomCL, nil, true, true},
		{broadcom, nil, false, true},
		{scm, nil, true, true},
		{alcor, nil, false, false},
		{alcor, contactATR, false, false},
		{virtual, goodATR, true, true},
		{identiv, goodATR, false, true},
	} {
		if yes, known := (State{Name: test.name, ATR: test.atr}).Contactless(); yes != test.yes || known != test.known {
			t.Errorf("%q with ATR %x: contactless %t, known %t; want %t, %t", test.name, test.atr, yes, known, test.yes, test.known)
		}
	}
}

func TestChoose(t *testing.T) {
	card := func(name string) State { return State{Name: name, Card: Present} }
	empty := func(name string) State { return State{Name: name, Card: Absent} }
	tag := func(name string) State { return State{Name: name, Card: Present, ATR: goodATR} }
	for _, test := range []struct {
		name   string
		all    []State
		asked  string
		want   string
		errors error
	}{
		{"no reader", nil, "", "", ErrNoReader},
		{"no reader, one asked for", nil, omnikey, "", ErrNoReader},
		{"no card", []State{empty(virtual)}, "", "", ErrNoCard},
		{"the only reader", []State{card(alcor)}, "", alcor, nil},
		{"the only reader is for contact cards", []State{card(identiv)}, "", identiv, nil},
		{"a mute card", []State{{Name: virtual, Card: Mute}}, "", virtual, nil},
		{"a reader that fails", []State{{Name: virtual, Card: Unknown}}, "", "", ErrReaderRemoved},
		{"one reader that fails", []State{{Name: "a", Card: Unknown}, empty("b")}, "", "", ErrNoCard},
		{"the contactless slot of two", []State{card(identiv), card(identivCL)}, "", identivCL, nil},
		{"the contactless slot of three", []State{card(acsICC), card(acsPICC), card(acsSAM)}, "", acsPICC, nil},
		{"a clerk's card in the contact slot", []State{card(identiv), empty(identivCL)}, "", "", ErrNoCard},
		{"a clerk's card in the laptop", []State{card(alcor), empty(acr122)}, "", "", ErrNoCard},
		{"a clerk's card in a slot whose name does not tell", []State{card(omnikey), card(omnikeyCL)}, "", omnikeyCL, nil},
		{"the ATR tells where the names do not", []State{card(alcor), tag(virtual)}, "", virtual, nil},
		{"an answering card before a mute one", []State{{Name: "a", Card: Mute}, card("b")}, "", "b", nil},
		{"by its name", []State{card(identiv), card(identivCL)}, identiv, identiv, nil},
		{"by its name, without a card", []State{empty(identiv), card(identivCL)}, identiv, "", ErrNoCard},
		{"by a part, in another case", []State{card(identiv), card(acr122)}, "acr122u picc", acr122, nil},
		{"by a part of both slots' names", []State{card(identiv), card(identivCL), card(acr122)}, "cloud 4700", identivCL, nil},
		{"by a part that is another's name", []State{card("Reader 1"), card("Reader")}, "Reader", "Reader", nil},
		{"unknown", []State{card(identiv)}, "acme", "", ErrUnknownReader},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := choose(test.all, test.asked)
			if got.Name != test.want || !errors.Is(err, test.errors) {
				t.Errorf("choose = %q, %v; want %q, %v", got.Name, err, test.want, test.errors)
			}
		})
	}
}

func TestStateJSON(t *testing.T) {
	for _, test := range []struct {
		state State
		want  string
	}{
		{State{Name: virtual, Card: Absent}, `{"name":"Virtual PCD 00 00","card":"absent","in_use":false}`},
		{
			State{Name: virtual, Card: Present, InUse: true, ATR: goodATR},
			`{"name":"Virtual PCD 00 00","card":"present","in_use":true,"contactless":true,"atr":"3b80800101"}`,
		},
		{State{Name: acsSAM, Card: Mute}, `{"name":"ACS ACR1281 1S Dual Reader SAM 0","card":"mute","in_use":false,"contactless":false}`},
	} {
		got, err := json.Marshal(test.state)
		if err != nil || string(got) != test.want {
			t.Errorf("%s, %v; want %s", got, err, test.want)
		}
	}
}
