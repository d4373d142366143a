import type { NamedRdmaPort, Netlink, RdmaDevice } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { loadModule } from '../support/guest-modules.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** nl.rdma, compared with rdma, on devices of the driver rxe. This machine's kernel may lack RDMA. */
const test = suiteNeeding('RDMA', 'netns')

test.before(() => loadModule('rdma_rxe'))

// biome-ignore lint/suspicious/noExplicitAny: the JSON of rdma is as it is; the tests look at single members
type Json = any

const shown = (namespace: Namespace, command: string): Json =>
  JSON.parse(namespace.exec('rdma', ['-j', ...command.split(' ')]))

const nodeTypes: Readonly<Record<string, string>> = { ib_ca: 'ca', ib_switch: 'switch', ib_router: 'router' }

/** Returns a device as rdma prints it. */
const deviceOf = ({ index, name, nodeType, firmware, nodeGuid, sysImageGuid }: RdmaDevice) => ({
  ...{ ifindex: index, ifname: name, node_type: nodeTypes[String(nodeType)] ?? nodeType },
  ...{ fw: firmware, node_guid: nodeGuid, sys_image_guid: sysImageGuid },
})

/** Returns a port as rdma prints it. */
const portOf = ({ device, port, state, physicalState, dev, devName }: NamedRdmaPort) => ({
  ...{ ifname: device, port, state: String(state).toUpperCase() },
  ...{ physical_state: String(physicalState).toUpperCase(), netdev: devName, netdev_index: dev },
})

/** Compares objects by the members that both have names for: versions of rdma print more. */
function same(own: readonly object[], theirs: readonly Json[]): void {
  const common = own.map((each, at) =>
    Object.fromEntries(
      Object.keys(each).flatMap((key) => (theirs[at]?.[key] !== undefined ? [[key, theirs[at][key]]] : [])),
    ),
  )
  assert.equal(JSON.parse(JSON.stringify(own)), common)
  assert.is(own.length, theirs.length)
}

/** Adds a link, runs the test, and deletes the devices: they belong to no namespace. */
async function withLink(nl: Netlink, use: () => Promise<void>): Promise<void> {
  await nl.link.add({ name: 'a', kind: 'veth', up: true, peer: { name: 'b', up: true } })
  try {
    await use()
  } finally {
    for (const device of await nl.rdma.list()) await nl.rdma.delete(device)
  }
}

inBothWays(test, 'devices, ports, counters and resources are those of rdma', (nl, ns) =>
  withLink(nl, async () => {
    await nl.rdma.add({ name: 'own0', type: 'rxe', dev: 'a' })
    ns.exec('rdma', ['link', 'add', 'their0', 'type', 'rxe', 'netdev', 'b'])
    same((await nl.rdma.list()).map(deviceOf), shown(ns, 'dev show'))
    same((await nl.rdma.port.list({}, { names: true })).map(portOf), shown(ns, 'link show'))
    same((await nl.rdma.port.list({ device: 'own0' }, { names: true })).map(portOf), shown(ns, 'link show own0/1'))
    const { ifindex: _, ifname: __, ...resources } = shown(ns, 'resource show own0')[0]
    assert.equal(await nl.rdma.resources('own0'), resources)
    const { ifname: ___, port: ____, ...counters } = shown(ns, 'statistic show link own0/1')[0]
    assert.equal(JSON.parse(JSON.stringify(await nl.rdma.counters('own0'))), counters)
    assert.ok(Object.keys(counters).length >= 10)
    // A device is found by its name, its index, and as it was read.
    const own = (await nl.rdma.get('own0')) ?? assert.unreachable()
    assert.equal(await nl.rdma.get((own as RdmaDevice).index), own)
    assert.is(await nl.rdma.get('none'), undefined)
    assert.is(await nl.rdma.get(12345), undefined)
    await nl.rdma.set(own as RdmaDevice, { name: 'new0' })
    assert.equal(
      shown(ns, 'dev show').map(({ ifname }: Json) => ifname),
      ['new0', 'their0'],
    )
    await refuses('a link', () => nl.rdma.delete(nl.link.getSync('a') as never), 'TypeError', /got an object/)
    await nl.rdma.delete('new0')
    await refuses('gone', () => nl.rdma.delete(own as RdmaDevice), 'ENODEV', /own0.*no device of RDMA \d+/)
    await refuses('gone', () => nl.rdma.counters(12345), 'ENODEV', /no device of RDMA 12345/)
    assert.equal(
      (await nl.rdma.list()).map(({ name }) => name),
      ['their0'],
    )
  }),
)

inBothWays(test, 'refusals name the device', (nl) =>
  withLink(nl, async () => {
    await nl.rdma.add({ name: 'own0', type: 'rxe', dev: 'a' })
    await refuses('again', () => nl.rdma.add({ name: 'own1', type: 'rxe', dev: 'a' }), 'EEXIST', /own1/)
    await refuses(
      'name',
      () => nl.rdma.add({ name: 'own0', type: 'rxe', dev: 'b' }),
      'ENFILE',
      /a device with this name/,
    )
    await refuses('port', () => nl.rdma.counters('own0', 2), 'EINVAL')
    await refuses(
      'driver',
      () => nl.rdma.add({ name: 'x', type: 'none', dev: 'b' }),
      'EINVAL',
      /no driver of this type/,
    )
    await refuses('link', () => nl.rdma.add({ name: 'x', type: 'rxe', dev: 'none' }), 'ENODEV', /no link "none"/)
    await refuses('no device', () => nl.rdma.delete('none'), 'ENODEV', /no device of RDMA "none"/)
    await refuses('nothing', () => nl.rdma.set('own0', {}), 'TypeError', /'name', 'netns' or 'adaptiveModeration'/)
  }),
)

inBothWays(test, 'the settings are those of rdma', async (nl, ns) => {
  const { netns, copyOnFork } = await nl.rdma.system.get()
  // rdma ignores --json here.
  assert.match(ns.exec('rdma', ['system', 'show']), `netns ${netns}`)
  assert.match(ns.exec('rdma', ['system', 'show']), `copy-on-fork ${copyOnFork ? 'on' : 'off'}`)
  // The kernel refuses a change while there are other network namespaces.
  await refuses('system', () => nl.rdma.system.set({ netns: 'exclusive' }), 'EBUSY', /RDMA_NLDEV_CMD_SYS_SET/)
  await refuses(
    'a wrong word',
    () => nl.rdma.system.set({ netns: 'own' as never }),
    'TypeError',
    /netns of system.*"own"/,
  )
})

test.run()
