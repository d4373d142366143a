// Does the work of one row of the API's benchmark three times with vishvananda/netlink, and reports the first and the last pass.
// Usage: operations ROW, in the network namespace of the objects
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
)

const passes = 3

type cost struct {
	Cpu float64 `json:"cpu"`
	Ms  float64 `json:"ms"`
}

type report struct {
	First  cost    `json:"first"`
	Last   cost    `json:"last"`
	Kept   float64 `json:"kept"`
	Count  int     `json:"count"`
	Sample string  `json:"sample"`
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func host(first byte, index int) net.IP {
	return net.IPv4(first, byte(index>>16), byte(index>>8), byte(index))
}

func linkName(index int) string {
	return fmt.Sprintf("%c%d", "pq"[index&1], (index>>1)%500)
}

func newRoute(index, device int) *netlink.Route {
	dst := &net.IPNet{IP: host(12, index), Mask: net.CIDRMask(32, 32)}
	return &netlink.Route{Dst: dst, Gw: net.IPv4(10, 0, 0, 2), LinkIndex: device}
}

// The objects of one pass, which stay reachable, and the texts of the listed ones. The texts are made after the measurement.
type result struct {
	objects interface{}
	count   int
	text    func(index int) string
}

func routeText(route netlink.Route) string {
	if route.Dst == nil {
		return ""
	}
	return fmt.Sprintf("%v via %v", route.Dst.IP, route.Gw)
}

func linkText(link netlink.Link) string {
	return fmt.Sprintf("%s mtu %d", link.Attrs().Name, link.Attrs().MTU)
}

func noText(int) string { return "" }

func change(operation func(*netlink.Route) error, device int) func() result {
	return func() result {
		for index := 0; index < 5000; index++ {
			fail(operation(newRoute(index, device)))
		}
		return result{nil, 5000, noText}
	}
}

func works(device int) map[string]func() result {
	return map[string]func() result{
		"routes": func() result {
			routes, err := netlink.RouteList(nil, netlink.FAMILY_V4)
			fail(err)
			return result{routes, len(routes), func(index int) string { return routeText(routes[index]) }}
		},
		"links": func() result {
			links, err := netlink.LinkList()
			fail(err)
			return result{links, len(links), func(index int) string { return linkText(links[index]) }}
		},
		"addresses": func() result {
			addresses, err := netlink.AddrList(nil, netlink.FAMILY_V4)
			fail(err)
			return result{addresses, len(addresses), func(index int) string { return addresses[index].IP.String() }}
		},
		"neighbours": func() result {
			neighbours, err := netlink.NeighList(0, netlink.FAMILY_V4)
			fail(err)
			text := func(index int) string {
				return fmt.Sprintf("%v %v", neighbours[index].IP, neighbours[index].HardwareAddr)
			}
			return result{neighbours, len(neighbours), text}
		},
		"lookups": func() result {
			routes := make([]netlink.Route, 0, 3000)
			for index := 0; index < 3000; index++ {
				found, err := netlink.RouteGet(host(11, index))
				fail(err)
				routes = append(routes, found[0])
			}
			return result{routes, len(routes), func(index int) string { return routeText(routes[index]) }}
		},
		"byName": func() result {
			links := make([]netlink.Link, 0, 3000)
			for index := 0; index < 3000; index++ {
				link, err := netlink.LinkByName(linkName(index))
				fail(err)
				links = append(links, link)
			}
			return result{links, len(links), func(index int) string { return linkText(links[index]) }}
		},
		"adds":    change(netlink.RouteAdd, device),
		"deletes": change(netlink.RouteDel, device),
	}
}

// Rows that change something, and the row that does the opposite.
var before = map[string]string{"deletes": "adds"}
var after = map[string]string{"adds": "deletes"}

func cpu() float64 {
	var usage syscall.Rusage
	fail(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}

func used() float64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// The greatest of the texts: the same object in whatever order the kernel lists them.
func sample(found result) string {
	last := ""
	for index := 0; index < found.count; index++ {
		if text := found.text(index); text > last {
			last = text
		}
	}
	return last
}

func main() {
	row := os.Args[1]
	uplink, err := netlink.LinkByName("uplink")
	fail(err)
	all := works(uplink.Attrs().Index)
	var done report
	for pass := 0; pass < passes; pass++ {
		if opposite, ok := all[before[row]]; ok {
			opposite()
		}
		free := used()
		cpuBefore, start := cpu(), time.Now()
		found := all[row]()
		done.Last = cost{cpu() - cpuBefore, float64(time.Since(start).Nanoseconds()) / 1e6}
		if pass == 0 {
			done.First = done.Last
		}
		done.Kept = (used() - free) / float64(found.count)
		done.Count = found.count
		done.Sample = sample(found)
		runtime.KeepAlive(found)
		if opposite, ok := all[after[row]]; ok {
			opposite()
		}
	}
	fail(json.NewEncoder(os.Stdout).Encode(done))
}
