package main

import (
	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/mrtd/inspect"
)

// logFlags are how much the program tells whoever runs the machine, on standard error. No line holds personal data: outcomes, codes and
// counts only.
type logFlags struct {
	LogLevel  string `enum:"error,warning,info,debug" default:"info" help:"How much to log on standard error: error, warning, info or debug."`
	LogFormat string `enum:"text,json" default:"text" help:"Format of the log: text or json."`
}

func (f logFlags) logger(e *env) *logrus.Logger {
	log := logrus.New()
	log.SetOutput(e.err)
	if level, err := logrus.ParseLevel(f.LogLevel); err == nil { // the flag's own list leaves no other
		log.SetLevel(level)
	}
	log.SetFormatter(&logrus.TextFormatter{FullTimestamp: true, DisableColors: true})
	if f.LogFormat == "json" {
		log.SetFormatter(&logrus.JSONFormatter{})
	}
	return log
}

// reportFields are what the log may know of a report.
func reportFields(r *inspect.Report) logrus.Fields {
	apdus := 0
	for _, p := range r.Timing.Phases {
		apdus += p.APDUs
	}
	failed, against := []string{}, []string{}
	for _, c := range r.Checks {
		if c.Outcome == inspect.Failed {
			failed = append(failed, c.ID+":"+c.Code)
		}
	}
	for _, c := range r.Obstacles() {
		against = append(against, c.ID+":"+c.Code)
	}
	return logrus.Fields{
		"authenticity": r.Authenticity, "access": r.Chip.Access, "genuine_by": r.Chip.GenuineBy, "failed": failed, "against": against,
		"ms": r.Timing.TotalMS, "apdus": apdus,
	}
}
