import type { DevlinkFmsgItem, DevlinkMessage } from '@netloom/netlink/generic'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reportOf } from '../../packages/netlink/dist/api/devlink/fmsg.js'
import * as more from '../../packages/netlink/dist/api/devlink/more-write.js'
import { setParam } from '../../packages/netlink/dist/api/devlink/param.js'
import * as ports from '../../packages/netlink/dist/api/devlink/port.js'
import * as reads from '../../packages/netlink/dist/api/devlink/read.js'
import { setResource } from '../../packages/netlink/dist/api/devlink/resource.js'
import * as writes from '../../packages/netlink/dist/api/devlink/write.js'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { refuses } from '../support/api.js'
import '../support/built.js'

// Without a kernel: wrong arguments, and reports. test/guest/devlink.guest.ts compares with the kernel and devlink.

const test = suite('nl.devlink without a kernel')

const device = 'pci/0000:01:00.0'
// biome-ignore lint/suspicious/noExplicitAny: wrong arguments
const wrong = (value: unknown): any => value

/** Wrong calls, each with the beginning of its error. Nothing is sent. */
const mistakes: readonly [operation: () => Operation<unknown>, says: RegExp][] = [
  [() => reads.getDevice('pci'), /^expected the device to be a handle like 'pci\/0000:01:00\.0', got "pci"$/],
  [() => reads.getDevice('pci/'), /got "pci\/"$/],
  [() => reads.getDevice('pci/a/1'), /got "pci\/a\/1"$/],
  [() => reads.getDevice(wrong(7)), /^expected the device to be a handle.*, got 7$/],
  [() => reads.getDevice(wrong({ name: 'x' })), /^expected the device to be a handle/],
  [() => reads.getPort(device), /^expected the port to be a handle like 'pci\/0000:01:00\.0\/1'/],
  [
    () => reads.getPort(`${device}/x`),
    /^expected the index of the port to be an integer from 0 to 4294967295, got "x"$/,
  ],
  [() => reads.getPort(`${device}/4294967296`), /got 4294967296$/],
  [() => reads.getParam(device, ''), /^expected the name of the parameter to be a text of 1 to 255 bytes, got ""$/],
  [() => reads.getReporter(device, wrong(undefined)), /^expected the name of the health reporter/],
  [() => reads.listPorts('x'), /^expected the device to be a handle/],
  [
    () => ports.setPort(`${device}/1`, wrong({})),
    /^expected the port to have at least one of type, function, got none$/,
  ],
  [
    () => ports.setPort(`${device}/1`, wrong({ type: 'x' })),
    /^expected type of the port to be a number or one of notset, auto, eth, ib, got "x"$/,
  ],
  [
    () => ports.setPort(`${device}/1`, { function: {} }),
    /^expected the function to have at least one of address, state, capabilities, maxIoEqs, got none$/,
  ],
  [
    () => ports.setPort(`${device}/1`, { function: { address: '02:00' } }),
    /^expected address of the function .*"02:00"$/,
  ],
  [() => ports.setPort(`${device}/1`, wrong({ function: { state: 'up' } })), /^expected state of the function .*"up"$/],
  [
    () => ports.setPort(`${device}/1`, { function: { capabilities: { RDMA: true } } }),
    /^expected capabilities of the function to be of the flags ROCE, .*, got "RDMA"$/,
  ],
  [
    () => ports.setPort(`${device}/1`, wrong({ function: { capabilities: { ROCE: 1 } } })),
    /^expected ROCE of capabilities of the function to be true or false, got 1$/,
  ],
  [() => ports.addPort(device, wrong({ pf: 0 })), /^expected the port to have 'flavour', got none$/],
  [() => ports.addPort(device, wrong({ flavour: 'sf', pf: 0 })), /^expected flavour of the port .*pci_sf, got "sf"$/],
  [() => ports.addPort(device, { flavour: 'pci_sf', pf: 65536 }), /^expected pf of the port .*65536$/],
  [() => ports.deletePort(device), /^expected the port to be a handle like 'pci\/0000:01:00\.0\/1'/],
  [() => ports.splitPort(`${device}/1`, -1), /^expected the number of ports to be an integer/],
  [
    () => writes.setReporter(device, { name: 'fw' }),
    /^expected the health reporter to have at least one of gracePeriod, autoRecover, autoDump, got none$/,
  ],
  [() => writes.setReporter(device, { name: 'fw', gracePeriod: -1 }), /^expected gracePeriod of the health reporter/],
  [
    () => writes.setReporter(device, wrong({ name: 'fw', autoRecover: 1 })),
    /^expected autoRecover of the health reporter to be true or false, got 1$/,
  ],
  [
    () => writes.setEswitch(device, {}),
    /^expected the e-switch to have at least one of mode, inlineMode, encapMode, got none$/,
  ],
  [
    () => writes.setEswitch(device, wrong({ mode: 'fast' })),
    /^expected mode of the e-switch to be a number or one of legacy, switchdev, .*, got "fast"$/,
  ],
  [
    () => writes.setEswitch(device, wrong({ kind: 1 })),
    /^expected the e-switch to have the keys mode, inlineMode, encapMode, got 'kind'$/,
  ],
  [() => writes.reload(device, wrong({ action: 'x' })), /^expected action of the reload to be/],
  [() => setParam(device, wrong({ name: 'a', value: 1 })), /^expected the parameter to have 'mode', got none$/],
  [
    () => setParam(device, wrong({ name: 'a', mode: 'now', value: 1 })),
    /^expected mode of the parameter to be a number or one of runtime, driverinit, permanent, got "now"$/,
  ],
  [() => setResource(device, { path: '/a', size: -1 }), /^expected size of the resource to be/],
  [() => more.addSnapshot(device, wrong({ name: 'a', id: 'x' })), /^expected id of the snapshot to be/],
  [() => more.deleteSnapshot(device, wrong({ name: 'a' })), /^expected the snapshot to have 'id', got none$/],
  [
    () => more.setTrap(device, wrong({ name: 'a', action: 'x' })),
    /^expected action of the trap to be a number or one of drop, trap, mirror, got "x"$/,
  ],
  [
    () => more.setTrapGroup(device, { name: 'a' }),
    /^expected the trap group to have at least one of action, policer, got none$/,
  ],
  [() => more.setTrapPolicer(device, { id: 1, rate: 1.5 }), /^expected rate of the trap policer to be an integer/],
  [() => more.setRate(device, { txMax: 1 }), /^expected the rate to be that of a port/],
  [() => more.setRate(`${device}/1`, {}), /^expected the rate to have at least one of txShare, txMax/],
  [() => more.setRate(`${device}/1`, wrong({ txMax: '1 mile' })), /^expected txMax of the rate to be bits per second/],
]

test('a wrong argument is refused before anything is sent', async () => {
  for (const [operation, says] of mistakes)
    await refuses(String(operation), () => operation().next(), 'TypeError', says)
})

/** A parameter as the kernel describes it. */
const paramMessage = (paramType: number, paramName = 'a') =>
  ({ attrs: { busName: 'pci', devName: 'x', param: { paramName, paramType } } }) as unknown as DevlinkMessage

/** Sets a parameter of a type, and returns the value in the request. */
function valueFor(type: number, value: unknown, name = 'a'): unknown {
  const operation = setParam(device, wrong({ name, mode: 'runtime', value }))
  operation.next()
  const { value: request } = operation.next([paramMessage(type, name)])
  return (request as { value: { attrs: DevlinkMessage['attrs'] } }).value.attrs.paramValueData
}

test('a value of a parameter is sent in the form of its type, and refused if it is of another one', async () => {
  const types = { u8: 1, u16: 2, u32: 3, u64: 4, string: 5, flag: 6 }
  assert.equal(valueFor(types.u8, 255), [255])
  assert.equal(valueFor(types.u64, 7), [7n])
  assert.equal(valueFor(types.string, 'on'), ['on'])
  assert.equal(valueFor(types.flag, true), [true])
  assert.equal(valueFor(types.flag, false), [])
  assert.equal(valueFor(types.u8, 'flash', 'fw_load_policy'), [1])
  const bad = [
    [types.u8, 256],
    [types.u16, -1],
    [types.u32, 'many'],
    [types.u64, 1.5],
    [types.string, 1],
    [types.string, 'x'.repeat(32)],
    [types.flag, 1],
  ] as const
  for (const [type, value] of bad)
    await refuses(`${type} ${value}`, () => valueFor(type, value), 'TypeError', /^expected the value of a to be /)
  await refuses(
    'a word',
    () => valueFor(types.u8, 'tape', 'fw_load_policy'),
    'TypeError',
    /driver, flash, disk, unknown/,
  )
  await refuses('bytes', () => valueFor(11, 1), 'TypeError', /^expected a parameter of a type that can be set/)
})

const pair: DevlinkFmsgItem = { fmsgPairNestStart: true }
const object: DevlinkFmsgItem = { fmsgObjNestStart: true }
const array: DevlinkFmsgItem = { fmsgArrNestStart: true }
const end: DevlinkFmsgItem = { fmsgNestEnd: true }
const name = (fmsgObjName: string): DevlinkFmsgItem => ({ fmsgObjName })
const value = (fmsgObjValueType: number, fmsgObjValueData: unknown) =>
  ({ fmsgObjValueType, fmsgObjValueData }) as unknown as DevlinkFmsgItem

test('the steps of a report become objects and lists', () => {
  const steps = [
    ...[pair, name('on'), value(6, 1), end, pair, name('text'), value(10, 'x'), end],
    ...[pair, name('bytes'), array, value(11, Buffer.from([1])), value(11, Buffer.from([2, 3])), end, end],
    ...[pair, name('list'), array, value(3, 7), value(3, 8), end, end],
    ...[
      pair,
      name('objects'),
      array,
      object,
      pair,
      name('off'),
      value(6, 0),
      end,
      pair,
      name('n'),
      value(4, 9n),
      end,
      end,
      end,
      end,
    ],
    ...[pair, name('nest'), object, pair, name('__proto__'), value(1, 1), end, end, end],
    ...[pair, name('none'), array, end, end],
  ]
  const found = reportOf(steps) as Record<string, unknown>
  assert.equal(found.on, true)
  assert.equal(found.text, 'x')
  assert.equal(found.bytes, Buffer.from([1, 2, 3]))
  assert.equal(found.list, [7, 8])
  assert.equal(found.objects, [{ off: false, n: 9n }])
  assert.equal(Object.entries(found.nest as object), [['__proto__', 1]])
  assert.equal(found.none, [])
  assert.equal(reportOf([]), {})
})

test.run()
