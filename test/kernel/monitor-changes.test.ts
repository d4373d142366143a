import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { Connection, Netlink } from '@netloom/netlink'
import { ethtool } from '@netloom/netlink/generic'
import * as assert from 'uvu/assert'
import type { Printer } from '../../packages/netlink/dist/cli/command.js'
import { NamespaceMonitor } from '../../packages/netlink/dist/cli/monitor/namespace-monitor.js'
import { wantedGroups } from '../../packages/netlink/dist/cli/monitor/objects.js'
import { type Form, NamespaceOutput } from '../../packages/netlink/dist/cli/monitor/output.js'
import { comparing, monitoring, program, type Running, running } from '../support/monitoring.js'
import { inScratch, type Namespace, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

// The default view of `netloom monitor`: a line for each change.
const test = suiteNeeding('netloom monitor: changes', 'netns')

const LINK = [0, 1] as const

/** Waits for a line that matches, and returns it without its time. */
const line = async ({ lines }: Running, pattern: RegExp): Promise<string> => {
  const found = await until(`a line that matches ${pattern}`, () => lines().find((each) => pattern.test(each)))
  return found.replace(/^\S+ /, '')
}

/** Starts `netloom monitor` in a namespace, and waits until it compares objects with their state before. */
const watching = (namespace: Namespace, args: readonly string[], use: (monitor: Running) => Promise<void>) =>
  monitoring(namespace, LINK, ['link', ...args], async (monitor) => {
    await comparing(namespace, monitor)
    await use(monitor)
  })

test('a change is printed with the members that changed, and with names of links', () =>
  inScratch((namespace) =>
    watching(namespace, ['addr', 'route', 'neigh'], async (monitor) => {
      namespace.ip('link', 'add', 'br0', 'type', 'bridge')
      namespace.ip('link', 'add', 've0', 'mtu', 1500, 'type', 'veth', 'peer', 'name', 've1')
      assert.match(
        await line(monitor, /\+ link {3}ve0/),
        /^\+ link {3}ve0 {15}veth down mtu 1500 address [\da-f:]{17}$/,
      )
      namespace.ip('link', 'set', 've0', 'up')
      assert.match(await line(monitor, /~ link {3}ve0 .*down → up/), /^~ link {3}ve0 {15}down → up/)
      namespace.ip('link', 'set', 've0', 'mtu', 1400)
      assert.is(await line(monitor, /mtu 1500 → 1400/), `~ link   ve0               mtu 1500 → 1400`)
      namespace.ip('link', 'set', 've0', 'master', 'br0')
      await line(monitor, /~ link {3}ve0 .*master – → br0/)
      namespace.ip('link', 'set', 'br0', 'up')
      namespace.ip('addr', 'add', '10.0.0.1/24', 'dev', 'br0')
      assert.is(await line(monitor, /\+ addr/), '+ addr   10.0.0.1/24       dev br0')
      namespace.ip('route', 'add', '10.9.0.0/16', 'via', '10.0.0.254')
      namespace.ip('route', 'replace', '10.9.0.0/16', 'via', '10.0.0.253')
      assert.is(await line(monitor, /\+ route {2}10\.9/), '+ route  10.9.0.0/16       via 10.0.0.254 dev br0')
      assert.is(await line(monitor, /~ route {2}10\.9/), '~ route  10.9.0.0/16       via 10.0.0.254 → 10.0.0.253')
      namespace.ip('neigh', 'add', '10.0.0.7', 'lladdr', '02:00:00:00:00:07', 'dev', 'br0')
      namespace.ip('neigh', 'replace', '10.0.0.7', 'lladdr', '02:00:00:00:00:08', 'dev', 'br0')
      assert.is(
        await line(monitor, /~ neigh {2}10\.0\.0\.7/),
        '~ neigh  10.0.0.7          lladdr 02:00:00:00:00:07 → 02:00:00:00:00:08',
      )
      namespace.ip('link', 'del', 've0')
      await line(monitor, /– link {3}ve0/)
      assert.is(await monitor.stop('SIGTERM'), 0)
      assert.is(monitor.errors(), '')
    }),
  ))

test('changes that the kernel does not announce are marked, with their cause', () =>
  inScratch((namespace) =>
    watching(namespace, ['route'], async (monitor) => {
      namespace.ip('link', 'add', 've0', 'up', 'type', 'veth', 'peer', 'name', 've1')
      namespace.ip('link', 'set', 've1', 'up')
      namespace.ip('addr', 'add', '10.0.0.1/24', 'dev', 've0')
      namespace.ip('route', 'add', '10.9.0.0/16', 'via', '10.0.0.254')
      namespace.ip('nexthop', 'add', 'id', 5, 'via', '10.0.0.254', 'dev', 've0')
      namespace.ip('route', 'add', '10.8.0.0/16', 'nhid', 5)
      await line(monitor, /\+ route {2}10\.8/)
      namespace.ip('nexthop', 'del', 'id', 5)
      assert.match(await line(monitor, /– route {2}10\.8/), /silent: nexthop 5 was removed or changed$/)
      namespace.ip('link', 'set', 've1', 'down')
      assert.is(
        await line(monitor, /~ route {2}10\.9/),
        '~ route  10.9.0.0/16       flags +LINKDOWN   silent: ve0 lost its carrier',
      )
      namespace.ip('addr', 'add', '10.7.0.1/24', 'dev', 'probe')
      namespace.ip('route', 'add', '10.7.0.0/16', 'via', '10.7.0.254')
      await line(monitor, /\+ route {2}10\.7/)
      namespace.ip('link', 'set', 'probe', 'down')
      assert.match(await line(monitor, /– route {2}10\.7/), /silent: probe went down$/)
    }),
  ))

/** Makes changes of all kinds of objects. */
function change(namespace: Namespace): void {
  namespace.ip('link', 'set', 'lo', 'up')
  namespace.ip('link', 'add', 'br0', 'type', 'bridge')
  namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
  for (const name of ['ve0', 've1', 'br0']) namespace.ip('link', 'set', name, 'up')
  namespace.ip('link', 'set', 've0', 'master', 'br0')
  namespace.ip('addr', 'add', '10.0.0.1/24', 'dev', 'br0')
  namespace.ip('addr', 'add', '2001:db8::1/64', 'dev', 'br0', 'nodad')
  namespace.ip('route', 'add', '10.9.0.0/16', 'via', '10.0.0.254')
  namespace.ip('route', 'replace', '10.9.0.0/16', 'via', '10.0.0.253')
  namespace.ip('route', 'append', '10.9.0.0/16', 'via', '10.0.0.252')
  namespace.ip('-6', 'route', 'add', '2001:db8:9::/48', 'via', '2001:db8::9')
  namespace.ip('-6', 'route', 'append', '2001:db8:9::/48', 'via', '2001:db8::8')
  namespace.ip('neigh', 'add', '10.0.0.7', 'lladdr', '02:00:00:00:00:07', 'dev', 'br0')
  namespace.ip('neigh', 'replace', '10.0.0.7', 'lladdr', '02:00:00:00:00:08', 'dev', 'br0')
  namespace.ip('neigh', 'add', 'proxy', '10.0.0.99', 'dev', 'br0')
  namespace.ip('rule', 'add', 'from', '10.1.0.0/16', 'lookup', 100)
  namespace.ip('nexthop', 'add', 'id', 5, 'via', '10.0.0.9', 'dev', 'br0')
  namespace.ip('route', 'add', '10.8.0.0/16', 'nhid', 5)
  namespace.ip('nexthop', 'del', 'id', 5)
  namespace.ip('rule', 'del', 'from', '10.1.0.0/16', 'lookup', 100)
  namespace.ip('link', 'set', 've1', 'down')
  namespace.ip('link', 'set', 'br0', 'down')
  namespace.ip('link', 'set', 've0', 'nomaster')
  namespace.ip('link', 'del', 'br0')
  namespace.ip('link', 'del', 've0')
}

test('everything that ip monitor prints has a line', () =>
  inScratch((namespace) =>
    watching(namespace, ['addr', 'route', 'neigh', 'rule', 'nexthop'], (netloom) =>
      running(
        'ip',
        ['-n', namespace.name, '-o', 'monitor', 'label', 'link', 'address', 'route', 'neigh', 'rule', 'nexthop'],
        async (ip) => {
          // Both have their own moment at which they begin. This neighbour is the first one that both have seen.
          let begin = 0
          const isMarker = (number: number) => (text: string) => text.includes(`192.0.2.${number} `)
          const hasSeen = ({ lines }: Running) => lines().some(isMarker(begin))
          const add = (number: number) =>
            namespace.ip('neigh', 'add', `192.0.2.${number}`, 'lladdr', '02:00:00:00:00:01', 'dev', 'probe')
          await until('both to begin', () => {
            if (begin > 0 && hasSeen(ip) && hasSeen(netloom)) return true
            if (begin < 200) add(++begin)
            return undefined
          })
          change(namespace)
          add(250)
          for (const { lines } of [ip, netloom]) await until('the end', () => lines().some(isMarker(250)) || undefined)
          const between = (all: string[]) => all.slice(all.findIndex(isMarker(begin)) + 1, all.findIndex(isMarker(250)))
          const announced = between(netloom.lines()).filter((text) => !text.includes('silent:'))
          const printed = between(ip.lines())
          assert.ok(printed.length > 60)
          assert.is(announced.length, printed.length, `ip:\n${printed.join('\n')}\n\nnetloom:\n${announced.join('\n')}`)
          const counts = (all: string[], ...kinds: [string, RegExp][]) =>
            kinds.map(([kind, pattern]) => `${kind} ${all.filter((text) => pattern.test(text)).length}`)
          assert.equal(
            counts(
              announced,
              ['addr', /^\S+ . addr /],
              ['rule', /^\S+ . rule /],
              ['nexthop', /^\S+ . nexthop /],
              ['route', /^\S+ . route /],
            ),
            counts(
              printed,
              ['addr', /^\[ADDR\]/],
              ['rule', /^\[RULE\]/],
              ['nexthop', /^\[NEXTHOP\]/],
              ['route', /^\[ROUTE\]/],
            ),
          )
        },
      ),
    ),
  ))

test('lost events are reported in the stream, and the lines after them lead to the present state', () =>
  inScratch((namespace) =>
    watching(namespace, [], async (monitor) => {
      monitor.child.kill('SIGSTOP')
      const netlink = Connection.open({ netns: namespace.path })
      const [probe] = netlink.dumpSync('RTM_GETLINK').filter(({ attrs }) => attrs.ifname === 'probe')
      for (let count = 0; count < 8000; count++)
        netlink.requestSync('RTM_NEWLINK', { index: probe?.index ?? 0, attrs: { ifalias: `number ${count}` } })
      netlink.close()
      monitor.child.kill('SIGCONT')
      assert.is(await line(monitor, / ! lost /), '! lost                     the buffer was full; reading anew')
      await line(monitor, /~ link {3}probe .*"number 7999"/)
    }),
  ))

test('-d prints whole messages, --utc prints times with a Z', () =>
  inScratch((namespace) =>
    monitoring(namespace, LINK, ['link', '-d'], (detailed) =>
      monitoring(namespace, LINK, ['link', '--utc'], async (utc) => {
        namespace.ip('link', 'add', 'du0', 'type', 'bridge')
        await until(
          'the link',
          () => /RTM_NEWLINK[\s\S]*IFLA_IFNAME +"du0"[\s\S]*IFLA_INFO_KIND +"bridge"/.test(detailed.out()) || undefined,
        )
        await until('the link', () => /^\d\d:\d\d:\d\d\.\d{6}Z \+ link {3}du0/m.test(utc.out()) || undefined)
      }),
    ),
  ))

/** Runs `netloom monitor --all-netns` in a namespace. */
const everywhere = (namespace: Namespace, use: (monitor: Running) => Promise<void>) =>
  running(
    'ip',
    ['netns', 'exec', namespace.name, process.execPath, program, 'monitor', 'link', '--all-netns'],
    async (monitor) => {
      await comparing(namespace, monitor, `[${namespace.name}] `)
      await use(monitor)
    },
  )

test('--all-netns follows namespaces as they come and go, and does not keep them', () =>
  inScratch((namespace) =>
    everywhere(namespace, async (monitor) => {
      using other = scratch()
      // Tests that run at the same time create links of the same names in other namespaces.
      const lineOf = ({ name }: { readonly name: string }, text: string) =>
        line(monitor, new RegExp(`\\[${name}\\] ${text}`))
      await comparing(other, monitor, `[${other.name}] `)
      namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1', 'netns', other.name)
      await lineOf(other, '\\+ link {3}ve1')
      other.remove()
      await lineOf(other, '! netns {20}the namespace was removed$')
      // The kernel deletes the namespace, and with it the pair, if nothing refers to it any more.
      await lineOf(namespace, '– link {3}ve0')
      using again = scratch(other.name)
      let tries = 0
      await until('a line of the new namespace', () => {
        again.ip('link', 'add', `again${++tries}`, 'type', 'bridge')
        return monitor.out().includes('again') || undefined
      })
    }),
  ))

test('a namespace that is removed while its monitor starts does not end the others', () =>
  inScratch(async ({ path, ip }) => {
    const printer = {
      line: () => undefined,
      styled: () => undefined,
      complain: () => undefined,
      flush: () => undefined,
    }
    const errors: unknown[] = []
    const wanted = wantedGroups(['link', 'generic:nlctrl:notify', 'route'])
    for (let turns = 0; turns < 20; turns++) {
      const output = new NamespaceOutput(printer as unknown as Printer, {} as Form, 'other')
      const monitor = new NamespaceMonitor(path, output, (error) => errors.push(error))
      const started = monitor.start(wanted)
      ip('link', 'add', `d${turns}`, 'type', 'bridge')
      for (let turn = 0; turn < turns; turn++) await setImmediate()
      monitor.close()
      await started
    }
    assert.equal(errors, [])
  }))

for (const args of [[], ['--json']])
  test(`--netns ends with an error when the namespace is removed ${args}`, async () => {
    using namespace = scratch()
    await monitoring(namespace, LINK, ['link', ...args], async ({ child, errors, lines }) => {
      namespace.ip('link', 'set', 'lo', 'up')
      await until('a line', () => lines().length > 0 || undefined)
      const ended = once(child, 'close')
      namespace.remove()
      // Another namespace gets the name at once.
      using _again = scratch(namespace.name)
      await ended
      assert.is(child.exitCode, 1)
      assert.is(errors(), `netloom: the network namespace ${namespace.path} was removed\n`)
    })
  })

test('--netns ends with an error when the process of the path has ended', () =>
  inScratch(async (namespace) => {
    const child = await unnamed(namespace)
    const path = `/proc/${child.pid}/ns/net`
    await monitoring({ ...namespace, path }, LINK, ['link'], async (monitor) => {
      const ended = once(monitor.child, 'close')
      child.kill()
      await ended
      assert.is(monitor.child.exitCode, 1)
      assert.is(monitor.errors(), `netloom: the network namespace ${path} was removed\n`)
    }).finally(() => child.kill())
  }))

/** Starts a process in a network namespace without a name. Returns when the namespace exists. */
async function unnamed(namespace: Namespace): Promise<ChildProcess> {
  const child = spawn('ip', ['netns', 'exec', namespace.name, 'unshare', '--net', 'sleep', '600'], { stdio: 'ignore' })
  await once(child, 'spawn')
  // The program is `unshare` or `sleep`: `ip` enters the named namespace, and `unshare` makes another.
  await until('the namespace', () => readFileSync(`/proc/${child.pid}/comm`, 'utf8') === 'sleep\n' || undefined)
  return child
}

test('--all-netns also monitors namespaces that only have an id', () =>
  inScratch((namespace) =>
    everywhere(namespace, async (monitor) => {
      const child = await unnamed(namespace)
      try {
        const peer = ['peer', 'name', 've1', 'netns', child.pid ?? 0]
        namespace.ip('link', 'add', 've0', 'type', 'veth', ...peer)
        let isUp = false
        await until('a line of the namespace', () => {
          isUp = !isUp
          execFileSync('nsenter', ['-t', String(child.pid), '--net', 'ip', 'link', 'set', 'lo', isUp ? 'up' : 'down'])
          return /\[nsid \d+\] . /.test(monitor.out()) || undefined
        })
      } finally {
        child.kill()
      }
    }),
  ))

test('generic:FAMILY monitors a family of generic netlink', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 've0', 'up', 'type', 'veth', 'peer', 'name', 've1')
    await running(
      process.execPath,
      [program, 'monitor', 'generic:ethtool', '--json', '--netns', namespace.path],
      async (monitor) => {
        const netlink = Connection.openGeneric(ethtool, { netns: namespace.path })
        try {
          let isOn = false
          await until('a notification of ethtool', () => {
            isOn = !isOn
            const bit = { name: 'tx-checksum-ip-generic', ...(isOn ? { value: true as const } : {}) }
            const wanted = { bits: { bit: [bit] } }
            netlink.requestSync('ETHTOOL_MSG_FEATURES_SET', { attrs: { header: { devName: 've0' }, wanted } })
            return monitor.out().includes('ETHTOOL_MSG_FEATURES_NTF') || undefined
          })
        } finally {
          netlink.close()
        }
      },
    )
  }))

test('xfrm, nftables and uevents are monitored by name', () =>
  inScratch((namespace) =>
    monitoring(namespace, [6, 4], ['xfrm', 'nftables', 'uevent'], async (monitor) => {
      const policy = ['src', '10.1.0.0/16', 'dst', '10.2.0.0/16', 'dir', 'out', 'action', 'block']
      namespace.exec('ip', ['xfrm', 'policy', 'add', ...policy])
      await line(monitor, /10\.2\.0\.0/)
      namespace.ip('link', 'add', 'du0', 'type', 'bridge')
      assert.match(await line(monitor, /du0/), /^\+/)
    }),
  ))

test('diag monitors closed sockets', () =>
  inScratch((namespace) =>
    monitoring(namespace, [4, 1], ['diag'], async (monitor) => {
      namespace.ip('link', 'set', 'lo', 'up')
      const program = `
        const net = require('node:net')
        const server = net.createServer((socket) => socket.end()).listen(7777, '127.0.0.1', () => {
          net.connect(7777, '127.0.0.1').on('close', () => server.close()).resume()
        })`
      namespace.exec(process.execPath, ['-e', program])
      assert.match(await line(monitor, /7777/), /^[+–]/)
    }),
  ))

test('a family or a group that the kernel does not have is an error with the nearest one', () =>
  inScratch((namespace) =>
    running(process.execPath, [program, 'monitor', 'generic:ethtol', '--netns', namespace.path], async (monitor) => {
      await once(monitor.child, 'close')
      assert.equal(
        [monitor.child.exitCode, monitor.errors()],
        [1, "netloom: this kernel has no family of generic netlink 'ethtol'; did you mean 'ethtool'?\n"],
      )
    }),
  ))

test('known bridge ports, forwarding entries and sysctls are printed as changes', () =>
  inScratch(async (namespace) => {
    const sysctl = (value: number) => namespace.exec('sysctl', ['-qw', `net.ipv4.conf.ve0.rp_filter=${value}`])
    const bridge = (...args: string[]) => namespace.exec('bridge', args)
    namespace.ip('link', 'add', 'br0', 'up', 'type', 'bridge')
    namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
    namespace.ip('link', 'set', 've1', 'up')
    namespace.ip('link', 'set', 've0', 'up', 'master', 'br0')
    sysctl(0)
    bridge('fdb', 'add', '02:00:00:00:00:05', 'dev', 've0', 'master', 'dynamic')
    await until('the port', () => JSON.parse(bridge('-j', 'link', 'show', 'dev', 've0'))[0]?.state === 'forwarding')
    await watching(namespace, ['neigh', 'netconf'], async (monitor) => {
      bridge('link', 'set', 'dev', 've0', 'state', '1')
      assert.is(
        await line(monitor, /bridge port ve0 .*state/),
        '~ bridge port ve0          state forwarding → listening',
      )
      namespace.ip('link', 'set', 've0', 'type', 'bridge_slave', 'cost', 7)
      assert.is(await line(monitor, /bridge port ve0 .*cost/), '~ bridge port ve0          cost 2 → 7')
      bridge('fdb', 'replace', '02:00:00:00:00:05', 'dev', 've0', 'master', 'static')
      assert.match(
        await line(monitor, /fdb {4}02:00:00:00:00:05 /),
        /^~ fdb {4}02:00:00:00:00:05 {2}state reachable → noarp$/,
      )
      sysctl(2)
      assert.is(await line(monitor, /netconf ve0 .*rpFilter/), '~ netconf ve0              inet rpFilter 0 → 2')
      sysctl(2)
      bridge('fdb', 'del', '02:00:00:00:00:05', 'dev', 've0', 'master')
      assert.match(await line(monitor, /– fdb {4}02:00:00:00:00:05 /), /dev ve0 master br0/)
      namespace.ip('link', 'set', 've0', 'nomaster')
      await line(monitor, /– bridge port ve0/)
      await line(monitor, /~ link {3}ve0 .*master br0 → –/)
      const text = monitor.lines().join('\n')
      assert.not(/\+ (bridge port|fdb) +(ve0|02:00:00:00:00:05)/.test(text), text)
      // The link repeats the state of its port.
      assert.not(/~ link {3}ve0 +slaveData\.state [^,]*silent/.test(text), text)
      assert.is(await monitor.stop('SIGTERM'), 0)
    })
  }))

test('a known link is changed, not added, if a higher MTU gives it IPv6', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 've0', 'mtu', 1000, 'type', 'veth', 'peer', 'name', 've1')
    for (const name of ['ve0', 've1']) namespace.ip('link', 'set', name, 'up')
    await until('the carrier', () => namespace.ip('link', 'show', 've0')[0]?.operstate === 'UP' || undefined)
    await watching(namespace, ['ipv6-ifinfo', 'netconf'], async (monitor) => {
      namespace.ip('link', 'set', 've0', 'mtu', 1500)
      assert.is(await line(monitor, /~ link {3}ve0 .*inet6/), '~ link   ve0               inet6 – → present')
      await line(monitor, /~ link {3}ve0 +mtu 1000 → 1500/)
      assert.not.match(monitor.lines().join('\n'), /\+ link {3}ve0/)
    })
  }))

test('next hops and their groups are printed as changes', () =>
  inScratch((namespace) =>
    watching(namespace, ['nexthop'], async (monitor) => {
      namespace.ip('addr', 'add', '10.0.0.1/24', 'dev', 'probe')
      const nexthop = (...args: (string | number)[]) => namespace.ip('nexthop', ...args)
      nexthop('add', 'id', 5, 'via', '10.0.0.9', 'dev', 'probe')
      nexthop('add', 'id', 6, 'via', '10.0.0.8', 'dev', 'probe')
      assert.match(await line(monitor, /\+ nexthop id 5 /), /via 10\.0\.0\.9 dev probe/)
      nexthop('replace', 'id', 5, 'via', '10.0.0.7', 'dev', 'probe')
      assert.match(await line(monitor, /~ nexthop id 5 /), /via 10\.0\.0\.9 → 10\.0\.0\.7$/)
      nexthop('add', 'id', 9, 'group', '5/6')
      await line(monitor, /\+ nexthop id 9 /)
      nexthop('replace', 'id', 9, 'group', '5,3/6')
      await line(monitor, /~ nexthop id 9 .*group 5\/6 → 5,3\/6$/)
      nexthop('del', 'id', 6)
      await line(monitor, /– nexthop id 6 /)
      // The kernel announces neither that the group has lost a member, nor that an empty group vanishes.
      await line(monitor, /~ nexthop id 9 .*group 5,3\/6 → 5,3(?: |$)/)
      nexthop('del', 'id', 5)
      await line(monitor, /– nexthop id 9 /)
    }),
  ))

test('multicast groups of a bridge are printed as changes', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 'br0', 'up', 'type', 'bridge', 'mcast_snooping', 1)
    namespace.ip('link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 've1')
    namespace.ip('link', 'set', 've1', 'up')
    // bridge of Debian 12 cannot replace an entry.
    using nl = Netlink.open({ netns: namespace.path })
    nl.bridge.mdb.addSync({ dev: 've0', group: '239.1.1.1', state: 'permanent' })
    await watching(namespace, ['mdb'], async (monitor) => {
      nl.bridge.mdb.replaceSync({ dev: 've0', group: '239.1.1.1', state: 'temporary' })
      assert.is(await line(monitor, /~ mdb .*239/), '~ mdb    br0               239.1.1.1 state permanent → temporary')
      nl.bridge.mdb.addSync({ dev: 've0', group: '239.1.1.2', state: 'permanent' })
      await line(monitor, /\+ mdb +br0 +239\.1\.1\.2 port ve0/)
      nl.bridge.mdb.deleteSync({ dev: 've0', group: '239.1.1.2' })
      await line(monitor, /– mdb .*239\.1\.1\.2/)
      assert.not.match(monitor.lines().join('\n'), /\+ mdb .*239\.1\.1\.1/)
    })
  }))

test('--filter selects changes by their state before or after', () =>
  inScratch((namespace) =>
    monitoring(
      namespace,
      LINK,
      ['link', 'addr', '--filter', '(name=ve0 or name=probe) and mtu<1400'],
      async (monitor) => {
        await comparing(namespace, monitor)
        namespace.ip('link', 'add', 've0', 'mtu', 1450, 'type', 'veth', 'peer', 'name', 've1')
        const mtu = (value: number) => namespace.ip('link', 'set', 've0', 'mtu', value)
        for (const value of [1440, 1390, 1380, 1430, 1420]) mtu(value)
        namespace.ip('link', 'set', 've1', 'mtu', 1300)
        namespace.ip('addr', 'add', '10.0.0.1/24', 'dev', 've0')
        mtu(1300)
        await line(monitor, /1420 → 1300/)
        const shown = monitor.lines().map((each) => / ve0 .*(mtu \d+ → \d+)/.exec(each)?.[1])
        assert.equal(
          shown.filter((each) => each !== undefined),
          ['mtu 1440 → 1390', 'mtu 1390 → 1380', 'mtu 1380 → 1430', 'mtu 1420 → 1300'],
        )
        assert.is(await monitor.stop('SIGTERM'), 0)
      },
    ),
  ))

test.run()
