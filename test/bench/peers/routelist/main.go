// Lists the IPv4 routes of the main table with vishvananda/netlink, once per line of standard input.
// Usage: routelist DESTINATION,DESTINATION…
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/vishvananda/netlink"
)

type report struct {
	Ms     float64  `json:"ms"`
	Count  int      `json:"count"`
	Sample []string `json:"sample"`
}

func round(sampled map[string]bool) (report, error) {
	start := time.Now()
	routes, err := netlink.RouteList(nil, netlink.FAMILY_V4)
	took := time.Since(start)
	if err != nil {
		return report{}, err
	}
	sample := []string{}
	for _, route := range routes {
		if route.Dst != nil && sampled[route.Dst.IP.String()] {
			sample = append(sample, fmt.Sprintf("%v via %v dev %d", route.Dst, route.Gw, route.LinkIndex))
		}
	}
	return report{float64(took.Nanoseconds()) / 1e6, len(routes), sample}, nil
}

func main() {
	sampled := map[string]bool{}
	for _, destination := range strings.Split(os.Args[1], ",") {
		sampled[destination] = true
	}
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		// Collects the garbage of the last round, so that this round is not charged for it.
		runtime.GC()
		report, err := round(sampled)
		if err == nil {
			err = out.Encode(report)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
