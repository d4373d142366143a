import { spawnSync } from 'node:child_process'
import { Connection } from '@netloom/netlink'
import { decode, encode } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { UsageError } from '../../packages/netlink/dist/cli/declaration.js'
import { dump } from '../../packages/netlink/dist/cli/dump.js'
import { monitor } from '../../packages/netlink/dist/cli/monitor.js'
import { kernelSockets } from '../../packages/netlink/dist/socket/socket-factory.js'
import { MONITOR_GROUP, NETLINK_KOBJECT_UEVENT, uevent } from '../../packages/netlink/dist/uevent/index.js'
import { runHere } from '../support/cli.js'
import { monitoring, program } from '../support/monitoring.js'
import { complaint, inScratch, skipped, supported } from '../support/netns.js'
import { assertPrintable, hostile } from '../support/printable.js'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE, until } from '../support/until.js'

// `netloom monitor` and `netloom dump`, as processes.
const test = suiteNeeding('netloom monitor and dump', 'netns')

const netloom = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

// biome-ignore lint/suspicious/noExplicitAny: the tests check the output member by member
const jsonOf = (text: string): any[] =>
  text
    .split('\n')
    .slice(0, -1) // The last line can be incomplete.
    .map((line) => JSON.parse(line))

/** Protocol and number of groups. */
const GROUP = { LINK: [0, 1], IPV4_IFADDR: [0, 5], BRVLAN: [0, 33] } as const

test('monitor --json prints created and deleted links, and SIGINT ends it', () =>
  inScratch((namespace) =>
    monitoring(namespace, GROUP.LINK, ['link', '--json'], async ({ out, errors, stop }) => {
      namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
      namespace.ip('link', 'del', 've0')
      const deleted = () => jsonOf(out()).filter(({ type }) => type === 'RTM_DELLINK')
      await until('two deleted links', () => (deleted().length >= 2 ? true : undefined))
      const events = jsonOf(out())
      for (const event of events) {
        assert.is(event.protocol, 'NETLINK_ROUTE')
        assert.is(event.toKernel, false)
        assert.ok(/^20\d\d-\d\d-\d\dT/.test(event.time))
      }
      const names = (expected: string) =>
        [...new Set(events.filter(({ type }) => type === expected).map(({ value }) => value.attrs.ifname))].sort()
      assert.equal(names('RTM_NEWLINK'), ['ve0', 've1'])
      assert.equal(names('RTM_DELLINK'), ['ve0', 've1'])
      assert.is(await stop('SIGINT'), 0)
      assert.is(errors(), '')
    }),
  ))

test('monitor prints text for the given groups only, and accepts kernel names of groups', () =>
  inScratch((namespace) =>
    monitoring(namespace, GROUP.IPV4_IFADDR, ['RTNLGRP_IPV4_IFADDR'], async ({ out, stop }) => {
      namespace.ip('link', 'set', 'lo', 'up')
      namespace.ip('addr', 'add', '192.0.2.1/32', 'dev', 'lo')
      await until('the address', () => (out().includes('192.0.2.1') ? true : undefined))
      assert.match(out(), /^\d\d:\d\d:\d\d\.\d{6} \+ addr {3}192\.0\.2\.1\/32 +dev lo$/m)
      assert.not.match(out(), ' link ')
      assert.is(await stop('SIGTERM'), 0)
    }),
  ))

test('monitor joins all groups by default, including those above 32', () =>
  inScratch((namespace) =>
    monitoring(namespace, GROUP.BRVLAN, ['--json'], async ({ out, stop }) => {
      namespace.ip('link', 'add', 'br0', 'type', 'bridge')
      namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
      namespace.ip('link', 'set', 've0', 'master', 'br0')
      namespace.ip('addr', 'add', '192.0.2.1/32', 'dev', 'br0')
      const has = (expected: string) => (jsonOf(out()).some(({ type }) => type === expected) ? true : undefined)
      for (const type of ['RTM_NEWLINK', 'RTM_NEWADDR']) await until(type, () => has(type))
      const addVlan = () => namespace.exec('bridge', ['vlan', 'add', 'dev', 've0', 'vid', '5'], { stdio: 'pipe' })
      if (!supported('RTNLGRP_BRVLAN', addVlan)) return
      await until('RTM_NEWVLAN', () => has('RTM_NEWVLAN'))
      assert.is(await stop('SIGTERM'), 0)
    }),
  ))

test('monitor reports lost events and continues', () =>
  inScratch((namespace) =>
    monitoring(namespace, GROUP.LINK, ['link', '--json'], async ({ child, out, errors, stop }) => {
      // For a link that is down the kernel does not announce a new alias (`netdev_state_change`).
      namespace.ip('link', 'set', 'lo', 'up')
      child.kill('SIGSTOP')
      const netlink = Connection.open({ netns: namespace.path })
      for (let count = 0; count < 4000; count++) {
        netlink.requestSync('RTM_NEWLINK', { index: 1, attrs: { ifalias: `number ${count}` } })
      }
      child.kill('SIGCONT')
      await until('the report of lost events', () => (errors().includes('lost') ? true : undefined))
      // Later events are also lost, until the socket has room again.
      await until('a later event', () => {
        netlink.requestSync('RTM_NEWLINK', { index: 1, attrs: { ifalias: 'later' } })
        return out().includes('"later"') || undefined
      })
      netlink.close()
      assert.is(await stop('SIGTERM'), 0)
    }),
  ))

test('uevents of links encode to the same bytes', () =>
  inScratch((namespace) => {
    const socket = kernelSockets(namespace.path).open(NETLINK_KOBJECT_UEVENT, {})
    try {
      socket.join(MONITOR_GROUP.KERNEL)
      namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
      namespace.ip('link', 'del', 've0')
      const received: (string | undefined)[] = []
      const expected = ['add ve0', 'add ve1', 'remove ve0', 'remove ve1']
      while (!expected.every((each) => received.includes(each))) {
        assert.ok(socket.wait(PATIENCE), `expected ${expected.join(', ')}, received ${received.join(', ')}`)
        const { bytes = Buffer.of() } = socket.receive() ?? {}
        const event = decode(uevent, bytes)
        assert.equal(encode(uevent, event), bytes)
        const { action, devpath, properties } = event
        const of = (name: string) => properties.find(([key]) => key === name)?.[1]
        assert.equal([of('ACTION'), of('DEVPATH')], [action, devpath])
        if (of('SUBSYSTEM') === 'net') received.push(`${action} ${of('INTERFACE')}`)
      }
    } finally {
      socket.close()
    }
  }))

test('monitor and dump: terminal control characters in an alias are escaped, and JSON parses to the original', () => {
  const alias = hostile.filter((each) => !/[\udc80-\udcff]/.test(each)).join('')
  return inScratch((namespace) =>
    monitoring(namespace, GROUP.LINK, ['link'], (text) =>
      monitoring(namespace, GROUP.LINK, ['link', '--json'], async (json) => {
        namespace.ip('link', 'set', 'lo', 'up', 'alias', alias)
        for (const { out } of [text, json]) await until('the alias', () => out().includes('alias') || undefined)
        const dumped = [['-d'], ['--columns', 'ifname,ifalias'], ['--json']].map((flags) =>
          netloom('dump', 'links', ...flags, '--netns', namespace.path),
        )
        for (const printed of [text.out(), json.out(), ...dumped.map(({ stdout }) => stdout)]) {
          assert.match(printed, /alias/i)
          assertPrintable(printed, 'output')
        }
        assert.is(JSON.parse(dumped[2]?.stdout ?? '')[0].attrs.ifalias, alias)
      }),
    ),
  )
})

/** Asserts that the arguments are rejected with a UsageError. */
async function rejectsUsage(running: Promise<unknown>): Promise<void> {
  const error = await running.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.instance(error, UsageError)
}

test('monitor and dump reject wrong arguments, and report a missing namespace', () =>
  inScratch(async ({ path }) => {
    const wrong = netloom('monitor', 'lnk')
    assert.is(wrong.status, 2)
    assert.match(wrong.stderr, "there is no group 'lnk'; did you mean 'link'?")
    const object = netloom('dump', 'linkz')
    assert.is(object.status, 2)
    assert.match(object.stderr, "there is no kind of objects 'linkz'; did you mean 'links'?")
    for (const [command, ...args] of [
      [monitor, '--nope'],
      [dump],
      [dump, 'links', 'routes'],
      [dump, '--nope', 'links'],
      [dump, 'links', '--json', '--columns', 'mtu'],
      [dump, 'links', '--all-netns', '--netns', 'x'],
      [dump, 'generic:nl80211:NL80211_CMD_SET_WIPHY'],
      [dump, 'generic:nl8021:NL80211_CMD_GET_WIPHY'],
    ] as const)
      await rejectsUsage(runHere(command, ...args))
    for (const args of [
      ['dump', 'links'],
      ['monitor', 'link'],
    ]) {
      const nowhere = netloom(...args, '--netns', `${path}-nowhere`)
      assert.is(nowhere.status, 1)
      assert.match(nowhere.stderr, 'ENOENT')
    }
  }))

test('dump prints the same objects as ip', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
    namespace.ip('link', 'set', 've0', 'up')
    namespace.ip('addr', 'add', '192.0.2.1/24', 'dev', 've0')
    namespace.ip('route', 'add', '198.51.100.0/24', 'via', '192.0.2.9', 'onlink', 'dev', 've0')
    namespace.ip('neigh', 'add', '192.0.2.7', 'lladdr', '02:00:00:00:00:07', 'dev', 've0')
    const dumped = async (objects: string) => {
      const { status, lines, complaints } = await runHere(dump, objects, '--json', '--netns', namespace.path)
      assert.equal([status, complaints], [0, []])
      return JSON.parse(lines.join('\n'))
    }
    // biome-ignore lint/suspicious/noExplicitAny: as above
    type Any = any
    assert.equal(
      (await dumped('links')).map(({ attrs }: Any) => attrs.ifname),
      namespace.ip('link', 'show').map(({ ifname }) => ifname),
    )
    assert.equal(
      (await dumped('addresses')).map(({ attrs }: Any) => attrs.address).sort(),
      namespace
        .ip('addr', 'show')
        .flatMap(({ addr_info }) => addr_info.map(({ local }: Any) => local))
        .sort(),
    )
    const routes = await dumped('routes')
    assert.ok(routes.some(({ attrs }: Any) => attrs.dst === '198.51.100.0' && attrs.gateway === '192.0.2.9'))
    assert.ok((await dumped('neighbours')).some(({ attrs }: Any) => attrs.dst === '192.0.2.7'))
    assert.is((await dumped('rules')).length >= 3, true)
    const { stdout } = netloom('dump', 'links', '-d', '--netns', namespace.path)
    assert.match(stdout, /^#1 {2}← kernel NETLINK_ROUTE RTM_NEWLINK .* bytes$/m)
    assert.match(stdout, /^ {4}IFLA_IFNAME +"ve0"$/m)
  }))

test('dump prints tables, aligned, with names of links', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    namespace.ip('link', 'add', 'br0', 'type', 'bridge')
    namespace.ip('link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 've1')
    namespace.ip('addr', 'add', '192.0.2.1/24', 'dev', 'lo')
    namespace.ip('route', 'add', '198.51.100.0/24', 'via', '192.0.2.9')
    const table = async (...args: string[]) => {
      const { status, lines } = await runHere(dump, ...args, '--netns', namespace.path)
      assert.is(status, 0)
      const [titles = '', ...rows] = lines
      // Each column begins where its title begins.
      const starts = [...titles.matchAll(/\S+/g)].map(({ index }) => index)
      const cells = rows.map((row) => starts.map((start, at) => row.slice(start, starts[at + 1]).trim()))
      return { titles: titles.split(/ +/), cells }
    }
    const links = await table('links', '--columns', 'ifname,mtu,master,linkinfo.kind')
    assert.equal(links.titles, ['NAME', 'MTU', 'MASTER', 'KIND'])
    const expected = namespace
      .ip('link', 'show')
      .map(({ ifname, mtu, master = '', linkinfo }) => [ifname, String(mtu), master, linkinfo?.info_kind ?? ''])
    assert.equal(links.cells, expected)
    const routes = await table('routes')
    const found = routes.cells.find(([destination]) => destination === '198.51.100.0/24')
    assert.equal(found?.slice(0, 3), ['198.51.100.0/24', '192.0.2.9', 'lo'])
    const addresses = await table('addresses')
    assert.equal(addresses.cells.find(([, address]) => address === '192.0.2.1/24')?.[0], 'lo')
    const all = await runHere(dump, 'links', '--all-netns')
    assert.ok(all.lines.some((line) => new RegExp(`^${namespace.name} +ve0 `).test(line)))
    const json = await runHere(dump, 'links', '--all-netns', '--json')
    const objects = JSON.parse(json.lines.join('\n'))
    // biome-ignore lint/suspicious/noExplicitAny: as above
    assert.ok(objects.some(({ netns, attrs }: any) => netns === namespace.name && attrs.ifname === 've0'))
    const generic = await runHere(dump, 'generic:nlctrl:CTRL_CMD_GETFAMILY')
    assert.ok(generic.lines.some((line) => line.includes('nlctrl')))
  }))

test('dump supports all objects that its help lists', () =>
  inScratch(async (namespace) => {
    const names = (dump.declaration.operands?.suggests ?? []).filter((name) => !name.includes(':'))
    assert.ok(names.length > 10)
    for (const name of names) {
      // The filter selects each object.
      const print = (...args: string[]) =>
        runHere(dump, name, ...args, '--filter', 'number>0 and reply', '--netns', namespace.path)
      // The object can belong to a module that is not loaded, such as bridge, or not built.
      const printed = await print('--json').catch((error: unknown) => {
        if (!/EOPNOTSUPP|EPROTONOSUPPORT|EINVAL/.test(complaint(error))) throw error
        skipped(`dump ${name}: ${complaint(error)}`)
        return undefined
      })
      if (printed === undefined) continue
      const objects = JSON.parse(printed.lines.join('\n'))
      // Each command opens its own sockets.
      if (name === 'sockets') continue
      const { lines } = await print('-d')
      const heads = lines.filter((line) => line.startsWith('#'))
      assert.is(heads.length, objects.length, name)
      for (const [at, head] of heads.entries()) assert.match(head, new RegExp(`^#${at + 1}  ← kernel NETLINK_`))
      assert.is(
        lines.some((line) => line.includes('unreadable')),
        false,
        name,
      )
    }
  }))

test('dump selects objects by a filter, and refuses unknown keys of each kind', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 'br0', 'type', 'bridge')
    namespace.ip('link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 've1')
    namespace.ip('link', 'set', 'lo', 'up')
    namespace.ip('route', 'add', '198.51.100.0/24', 'dev', 've0', 'metric', '7')
    const lines = async (...args: string[]) => (await runHere(dump, ...args, '--netns', namespace.path)).lines
    const names = async (filter: string) => {
      const text = (await lines('links', '--json', '--filter', filter)).join('\n')
      return JSON.parse(text).map(({ attrs }: { attrs: { ifname: string } }) => attrs.ifname)
    }
    assert.equal(await names('linkinfo.kind=veth and master=br0'), ['ve0'])
    assert.equal(await names('linkinfo.kind=bridge and mtu>576 or ifname=lo'), ['lo', 'br0'])
    assert.equal(await names('flags=up and not ifname~/^v/'), ['lo'])
    assert.equal(await names('name=br0 or number=1'), ['lo', 'br0'])
    assert.equal(await names('request or event or refused'), [])
    const table = await lines('routes', '--filter', 'oif=ve0 and priority=7', '--columns', 'dst,oif')
    assert.equal(
      table.map((line) => line.split(/ +/)),
      [
        ['DESTINATION', 'LINK'],
        ['198.51.100.0/24', 've0'],
      ],
    )
    assert.equal((await lines('links', '-x', '--filter', 'ifname=br0')).filter((line) => /^#/.test(line)).length, 1)
    for (const name of (dump.declaration.operands?.suggests ?? []).filter((each) => !each.includes(':')))
      await rejectsUsage(runHere(dump, name, '--filter', 'nosuchkey=1', '--netns', namespace.path))
    const wrong = await runHere(dump, 'generic:nlctrl:CTRL_CMD_GETFAMILY', '--filter', 'familyNam=x').catch(
      (error) => error,
    )
    assert.match(wrong.message, "got 'familyNam'; did you mean 'familyName'?")
  }))

test('monitor refuses keys of filters that none of its messages has', async () => {
  for (const [operands, filter] of [
    [['link'], 'prefsrcc=1'],
    [['conntrack'], 'ifname=lo'],
    [['generic:nlctrl'], 'familyNam=x'],
    [['uevent'], 'actio=add'],
  ] as const) {
    await rejectsUsage(runHere(monitor, ...operands, '--filter', filter))
  }
})

test('monitor -d and -x print whole messages as decode does', () =>
  inScratch((namespace) =>
    monitoring(namespace, GROUP.LINK, ['link', '-d', '--utc'], (detail) =>
      monitoring(namespace, GROUP.LINK, ['link', '-x', '--filter', 'ifname=ve1'], async (hex) => {
        namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
        await until('both links', () => /IFLA_IFNAME +"ve0"/.test(detail.out()) || undefined)
        await until('one link', () => /IFLA_IFNAME +"ve1"/.test(hex.out()) || undefined)
        assert.match(
          detail.out(),
          /^#1 {2}\d\d:\d\d:\d\d\.\d{6}Z ← kernel NETLINK_ROUTE RTM_NEWLINK .* bytes {2}event$/m,
        )
        assert.match(hex.out(), /^ +\d+ +08 00 03 00 76 65 31 00 +IFLA_IFNAME +"ve1"$/m)
        assert.not.match(hex.out(), '"ve0"')
      }),
    ),
  ))

test.run()
