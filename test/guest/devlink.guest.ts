import { readFileSync } from 'node:fs'
import { type DevlinkParam, type DevlinkPort, type DevlinkResource, Netlink } from '@netloom/netlink'
import { nlctrl } from '@netloom/netlink/generic'
import * as assert from 'uvu/assert'
import * as ports from '../../packages/netlink/dist/api/devlink/port.js'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { refuses } from '../support/api.js'
import { device, devlinkJson, type Json, runDevlinkCookbook, withDevice } from '../support/devlink.js'
import { loadNetdevsim } from '../support/guest-modules.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { decodedValue } from '../support/same-request.js'
import { requestsOf } from '../support/strace-commands.js'

/** nl.devlink, compared with devlink. This machine's kernel may lack devlink and netdevsim. */
const test = suiteNeeding('devlink', 'netns', 'strace')

test.before(loadNetdevsim)

/** Defines a test with a device, with the methods of `nl.devlink`. */
const withNl = (name: string, use: (nl: Netlink, ns: Namespace) => Promise<void>) =>
  test(name, () =>
    withDevice(async (ns) => {
      using nl = Netlink.open({ netns: ns.path })
      await use(nl, ns)
    }),
  )

/** Groups objects by their handles, as devlink does. */
function byHandle<T extends { readonly handle: string }>(objects: readonly T[], convert: (object: T) => Json): Json {
  const groups: Json = {}
  for (const object of objects) groups[object.handle] = [...(groups[object.handle] ?? []), convert(object)]
  return groups
}

/** Returns an object without members of the value undefined, and with numbers in place of bigints, as JSON has them. */
const plain = (value: Json): Json =>
  JSON.parse(JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? Number(member) : member)))

const paramOf = ({ name, isGeneric, values }: DevlinkParam) => ({
  name,
  type: isGeneric ? 'generic' : 'driver-specific',
  values: Object.entries(values).map(([cmode, value]) => ({ cmode, value })),
})

const UNLIMITED = 0xffffffffffffffffn
const sizeOf = (size: bigint | undefined) => (size === UNLIMITED ? 'unlimited' : size)

/** Returns a resource as devlink prints it. */
const resourceOf = (resource: DevlinkResource): Json => ({
  ...{ name: resource.name, size: sizeOf(resource.size), size_new: sizeOf(resource.newSize), occ: resource.occupancy },
  ...{ unit: resource.unit, size_min: sizeOf(resource.minSize), size_max: sizeOf(resource.maxSize) },
  ...{ size_gran: sizeOf(resource.granularity), dpipe_tables: 'none' },
  resources: resource.resources.length > 0 ? resource.resources.map(resourceOf) : undefined,
})

/** Returns resources of devlink without a member that only some versions print. */
const withoutValidity = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, member) => (key === 'size_valid' ? undefined : member)))

const flavours: Readonly<Record<string, string>> = { pci_vf: 'pcivf' }

const portOf = (port: DevlinkPort): Json => ({
  ...{
    type: port.type,
    netdev: port.netdev,
    flavour: flavours[String(port.flavour)] ?? port.flavour,
    port: port.number,
  },
  ...{ controller: port.controller, pfnum: port.pf, vfnum: port.vf, external: port.isExternal },
  splittable: port.isSplittable,
})

/** Members of a JSON object in one order. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, each]) => [key, sorted(each)]),
        )
      : value

const same = (actual: Json, expected: Json, what: string) => assert.equal(sorted(plain(actual)), sorted(expected), what)

withNl('what is listed is what devlink shows', async (nl, ns) => {
  const theirs = (command: string) => devlinkJson(ns, command)
  const { devlink } = nl
  const handles = (await devlink.list()).map(({ handle }) => handle)
  assert.equal(handles, Object.keys(theirs('dev show')))
  assert.equal(handles, [device])
  const infos = (await devlink.info.list()).map(({ handle, driver, versions }) => [
    handle,
    {
      driver,
      versions: Object.fromEntries(Object.entries(versions).filter(([, each]) => Object.keys(each).length > 0)),
    },
  ])
  same(Object.fromEntries(infos), theirs('dev info'), 'info')
  const ports = await devlink.port.list(device)
  same(Object.fromEntries(ports.map((port) => [port.handle, portOf(port)])), theirs('port show'), 'ports')
  same(byHandle(await devlink.param.list(), paramOf), theirs('dev param show'), 'parameters')
  const reporters = byHandle(devlink.health.listSync(), (each) => ({
    ...{ reporter: each.name, state: each.state, error: each.errors, recover: each.recoveries },
    ...{ grace_period: each.gracePeriod, auto_recover: each.autoRecover, auto_dump: each.autoDump },
  }))
  same(reporters, theirs('health show'), 'health reporters')
  const resources = (await devlink.resource.list(device)).map(resourceOf)
  same({ [device]: resources }, withoutValidity(theirs(`resource show ${device}`)), 'resources')
  const { mode, inlineMode, encapMode } = await devlink.eswitch.get(device)
  same(
    { [device]: { mode, 'inline-mode': inlineMode, 'encap-mode': encapMode } },
    theirs(`dev eswitch show ${device}`),
    'e-switch',
  )
  const regions = (await devlink.region.list()).map(({ handle, name, size, snapshots, maxSnapshots }) => [
    `${handle}/${name}`,
    { size, snapshot: snapshots, max: maxSnapshots },
  ])
  same(Object.fromEntries(regions), theirs('region show'), 'regions')
  const traps = byHandle(await devlink.trap.list(), ({ name, type, isGeneric, action, group }) => ({
    ...{ name, type, generic: isGeneric, action, group },
  }))
  same(traps, theirs('trap show'), 'traps')
  const groups = byHandle(await devlink.trapGroup.list(), ({ name, isGeneric, policer }) => ({
    name,
    generic: isGeneric,
    policer,
  }))
  same(groups, theirs('trap group show'), 'trap groups')
  const policers = byHandle(await devlink.trapPolicer.list(), ({ id, rate, burst }) => ({ policer: id, rate, burst }))
  same(policers, theirs('trap policer show'), 'trap policers')
})

withNl('one object is that of the list', async (nl) => {
  const { devlink } = nl
  assert.equal(await devlink.get(device), (await devlink.list())[0])
  assert.equal(devlink.getSync(device), (await devlink.list())[0])
  const [port] = await devlink.port.list()
  assert.ok(port)
  assert.equal(await devlink.port.get(port), port)
  assert.equal(await devlink.port.list(port.device), devlink.port.listSync())
  assert.equal(await devlink.param.get(device, 'max_macs'), (await devlink.param.list())[0])
  assert.equal(await devlink.health.get(device, 'dummy'), (await devlink.health.list(device))[1])
  assert.is(port.message.attrs.busName, 'netdevsim')
  assert.equal(Object.keys(port).includes('message'), false)
})

withNl('reports are those of devlink, except for random bytes', async (nl, ns) => {
  const own = (await nl.devlink.health.diagnose(device, 'dummy')) as Json
  const theirs = JSON.parse(ns.exec('devlink', ['-j', 'health', 'diagnose', device, 'reporter', 'dummy'])) as Json
  assert.is(own.test_binary.length, theirs.test_binary.length)
  same({ ...own, test_binary: [] }, { ...theirs, test_binary: [] }, 'report')
  // A dump is kept until it is cleared.
  const dumped = (await nl.devlink.health.dump(device, 'dummy')) as Json
  const shown = JSON.parse(ns.exec('devlink', ['-j', 'health', 'dump', 'show', device, 'reporter', 'dummy'])) as Json
  same({ ...dumped, test_binary: [...dumped.test_binary] }, shown, 'dump')
  const { lastDump } = await nl.devlink.health.get(device, 'dummy')
  assert.ok(lastDump && Math.abs(lastDump.getTime() - Date.now()) < 3600_000, 'the time of day')
  await nl.devlink.health.clearDump(device, 'dummy')
  assert.is((await nl.devlink.health.get(device, 'dummy')).lastDump, undefined)
})

withNl('values of parameters are used after a reload', async (nl) => {
  await nl.devlink.param.set(device, { name: 'test1', mode: 'driverinit', value: false })
  assert.equal(await nl.devlink.reload(device, { action: 'driver_reinit' }), ['driver_reinit'])
  assert.equal((await nl.devlink.param.get(device, 'test1')).values, { driverinit: false })
  assert.equal((await nl.devlink.get(device)).reloads, [{ action: 'driver_reinit', limit: 'unspec', count: 1 }])
})

withNl('snapshots have the bytes that devlink shows', async (nl, ns) => {
  const { region } = nl.devlink
  const id = await region.addSnapshot(device, { name: 'dummy' })
  const content = await region.read(device, { name: 'dummy', id })
  const command = ['region', 'read', `${device}/dummy`, 'snapshot', String(id), 'address', '0', 'length', '32']
  const { read } = JSON.parse(ns.exec('devlink', ['-j', ...command]))
  assert.equal([...content.subarray(0, 32)], read.data)
  assert.is(BigInt(content.length), (await region.list())[0]?.size)
  await region.deleteSnapshot(device, { name: 'dummy', id })
  assert.equal((await region.list())[0]?.snapshots, [])
})

withNl('rates of an e-switch are those of devlink', async (nl, ns) => {
  ns.exec('sh', ['-c', 'echo 2 > /sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs'])
  await nl.devlink.eswitch.set(device, { mode: 'switchdev' })
  assert.equal(devlinkJson(ns, `dev eswitch show ${device}`), { [device]: { mode: 'switchdev' } })
  await nl.devlink.rate.add(`${device}/group1`, { txMax: '10mbit' })
  await nl.devlink.rate.set(`${device}/128`, { txShare: 8_000_000, parent: 'group1' })
  const rates = (await nl.devlink.rate.list()).map(({ handle, type, txShare, txMax, parent }) => [
    handle,
    // devlink prints bytes per second.
    { type, tx_share: txShare / 8 || undefined, tx_max: txMax / 8 || undefined, parent },
  ])
  same(Object.fromEntries(rates), devlinkJson(ns, 'port function rate show'), 'rates')
  same(
    Object.fromEntries(nl.devlink.port.listSync().map((port) => [port.handle, portOf(port)])),
    devlinkJson(ns, 'port show'),
    'ports',
  )
  await nl.devlink.rate.set(`${device}/128`, { parent: '' })
  await nl.devlink.rate.delete(`${device}/group1`)
  assert.equal(
    (await nl.devlink.rate.list()).map(({ type }) => type),
    ['leaf', 'leaf'],
  )
})

withNl('changes are events', async (nl, ns) => {
  using events = nl.devlink.watch()
  await events.ready()
  ns.exec('devlink', ['dev', 'param', 'set', device, 'name', 'max_macs', 'value', '16', 'cmode', 'driverinit'])
  for await (const event of events) {
    if (event.kind !== 'param') continue
    assert.equal([event.type, event.object.name, event.object.values], ['changed', 'max_macs', { driverinit: 16 }])
    break
  }
})

withNl('the kernel’s refusals have the object and its reason', async (nl) => {
  const { devlink } = nl
  await refuses('device', () => devlink.get('pci/none'), 'ENODEV', /pci\/none/)
  await refuses('port', () => devlink.port.get(`${device}/77`), 'ENODEV', /netdevsim10\/77/)
  await refuses('param', () => devlink.param.get(device, 'none'), 'EINVAL', /no such parameter/)
  await refuses('reporter', () => devlink.health.get(device, 'none'), 'EINVAL', /no such health reporter/)
  await refuses(
    'reload',
    () => devlink.reload(device, { action: 'fw_activate' }),
    'EOPNOTSUPP',
    /action is not supported/,
  )
  await refuses(
    'path',
    () => devlink.resource.set(device, { path: '/fib', size: 1 }),
    'TypeError',
    /one of \/IPv4, \/IPv4\/fib/,
  )
})

const pci = 'pci/0000:01:00.0'
const port = `${pci}/32768`
const address = '00:00:00:00:88:88'

/** Commands about ports that simulated devices do not support, and operations that send the same requests. */
const portRequests: readonly (readonly [command: string, operation: Operation<unknown>])[] = [
  [`add ${pci} flavour pcisf pfnum 0`, ports.addPort(pci, { flavour: 'pci_sf', pf: 0 })],
  [
    `add ${port} flavour pcisf controller 1 pfnum 2 sfnum 88`,
    ports.addPort(pci, { flavour: 'pci_sf', controller: 1, pf: 2, sf: 88, index: 32768 }),
  ],
  [`del ${port}`, ports.deletePort(port)],
  [`set ${port} type ib`, ports.setPort(port, { type: 'ib' })],
  [
    `function set ${port} hw_addr ${address} state active`,
    ports.setPort(port, { function: { address, state: 'active' } }),
  ],
]

withNl('ports are added, deleted and changed with the requests of devlink', async (nl) => {
  const [family] = nl.generic(nlctrl).requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: 'devlink' } })
  const families = new Map([[family?.attrs.familyId ?? 0, 'devlink']])
  const commands = portRequests.map(([command]) => `devlink port ${command}`)
  const runs = requestsOf(commands, families)
  for (const [at, [command, operation]] of portRequests.entries()) {
    const theirs = runs[at]?.requests.find(({ type }) => type.startsWith('DEVLINK_CMD_PORT_'))
    assert.ok(theirs, `${command}: ${runs[at]?.complaint}`)
    const { name, value } = operation.next().value as { name: string; value: object }
    assert.is(name, theirs.type)
    assert.equal(plain(value), plain({ attrs: decodedValue(theirs).attrs }), command)
  }
  await refuses('a driver without it', () => nl.devlink.port.add(device, { flavour: 'pci_sf', pf: 0 }), 'EOPNOTSUPP')
  await refuses('a port', () => nl.devlink.port.delete(`${device}/0`), 'EOPNOTSUPP')
})

test('the commands and calls of the cookbook have the same effect', runDevlinkCookbook)

withNl('the examples of docs/devlink.md print what they promise', async (nl) => {
  const page = readFileSync(new URL('../../docs/devlink.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
  assert.ok(blocks.length >= 4)
  const { inspect } = await import('node:util')
  for (const code of blocks) {
    const printed: string[] = []
    const log = (...values: unknown[]) =>
      printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
    await new Function('nl', 'console', `return (async () => {\n${code}})()`)(nl, { log })
    for (const [, promised = ''] of code.matchAll(/console\.log\(.*\) \/\/ (.+)$/gm))
      assert.ok(printed.includes(promised), `${promised}: ${printed.join('\n')}`)
  }
})

test.run()
