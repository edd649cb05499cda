package main

// kioskCmd is the full-screen self-service flow.
type kioskCmd struct{}

// Run says that the flow is not part of this version.
func (kioskCmd) Run() error {
	return usage("not_in_this_version", "Use skranke desk, the caseworker's window.", "the self-service kiosk is not part of this version")
}
