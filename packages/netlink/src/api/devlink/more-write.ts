import { none } from '../../connection/flags.js'
import { DEVLINK_TRAP_ACTION, type DevlinkMessage } from '../../generic/devlink/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import { integers, U32 } from '../values/accepted.js'
import { numberOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { bytesPerSecond, type Rate } from '../values/units.js'
import { type DevlinkRef, deviceAttrs, ownerAttrs, rateAttrs } from './handle.js'
import type {
  DevlinkRateChange,
  DevlinkSnapshot,
  DevlinkTrapChange,
  DevlinkTrapGroupChange,
  DevlinkTrapPolicerChange,
  NewDevlinkSnapshot,
} from './more-types.js'
import { changeDevlink, nameOf } from './read.js'
import { checkChange } from './write.js'

const snapshotKeys = { name: 1, id: U32 }

/** Returns the attributes of a snapshot of a region. @throws {TypeError} */
function snapshotAttrs(owner: DevlinkRef, snapshot: NewDevlinkSnapshot) {
  const key = ownerAttrs('the device', owner)
  checkKeys('the snapshot', snapshot, snapshotKeys)
  const regionName = nameOf('name of the snapshot', snapshot.name)
  return { ...key, regionName, ...(snapshot.id !== undefined && { regionSnapshotId: snapshot.id }) }
}

/** Creates a snapshot of a region. Returns its id. */
export function* addSnapshot(owner: DevlinkRef, snapshot: NewDevlinkSnapshot): Operation<number> {
  const [reply] = yield* changeDevlink('DEVLINK_CMD_REGION_NEW', snapshotAttrs(owner, snapshot))
  return snapshot.id ?? reply?.attrs.regionSnapshotId ?? 0
}

/** Deletes a snapshot of a region. */
export function* deleteSnapshot(owner: DevlinkRef, snapshot: DevlinkSnapshot): Operation<void> {
  const attrs = snapshotAttrs(owner, snapshot)
  requireKeys('the snapshot', snapshot, 'id')
  yield* changeDevlink('DEVLINK_CMD_REGION_DEL', attrs)
}

/** Returns the content of a snapshot. */
export function* readSnapshot(owner: DevlinkRef, snapshot: DevlinkSnapshot): Operation<Buffer> {
  const attrs = snapshotAttrs(owner, snapshot)
  requireKeys('the snapshot', snapshot, 'id')
  const messages = (yield requestOf('dump', 'DEVLINK_CMD_REGION_READ', { attrs }, none)) as DevlinkMessage[]
  const chunks = messages.flatMap((message) => message.attrs.regionChunks?.regionChunk ?? [])
  return Buffer.concat(chunks.map(({ regionChunkData = Buffer.alloc(0) }) => regionChunkData))
}

const actionOf = (what: string, action: string | number) => numberOf(`action of ${what}`, DEVLINK_TRAP_ACTION, action)

/** Changes the action of a trap. */
export function* setTrap(device: DevlinkRef, change: DevlinkTrapChange): Operation<void> {
  const key = deviceAttrs(device)
  checkKeys('the trap', change, { name: 1, action: 1 } satisfies Record<keyof DevlinkTrapChange, unknown>)
  requireKeys('the trap', change, 'name', 'action')
  const trapName = nameOf('name of the trap', change.name)
  yield* changeDevlink('DEVLINK_CMD_TRAP_SET', { ...key, trapName, trapAction: actionOf('the trap', change.action) })
}

const groupKeys = { name: 1, action: 1, policer: U32 } satisfies Record<keyof DevlinkTrapGroupChange, unknown>

/** Changes the traps of a group. */
export function* setTrapGroup(device: DevlinkRef, change: DevlinkTrapGroupChange): Operation<void> {
  const key = deviceAttrs(device)
  checkKeys('the trap group', change, groupKeys)
  const { name, action, policer } = change
  checkChange('the trap group', { action, policer }, ['action', 'policer'])
  yield* changeDevlink('DEVLINK_CMD_TRAP_GROUP_SET', {
    ...{ ...key, trapGroupName: nameOf('name of the trap group', name) },
    ...defined({
      trapAction: action === undefined ? undefined : actionOf('the trap group', action),
      trapPolicerId: policer,
    }),
  })
}

const COUNT = integers(0, Number.MAX_SAFE_INTEGER)
const wide = {
  allowed: COUNT.allowed,
  fits: (value: unknown) => (typeof value === 'bigint' ? BigInt.asUintN(64, value) === value : COUNT.fits(value)),
}
const big = (value: bigint | number | undefined) => (value === undefined ? undefined : BigInt(value))
const policerKeys = { id: U32, rate: wide, burst: wide } satisfies Record<keyof DevlinkTrapPolicerChange, unknown>

/** Changes a policer. */
export function* setTrapPolicer(device: DevlinkRef, change: DevlinkTrapPolicerChange): Operation<void> {
  const key = deviceAttrs(device)
  checkKeys('the trap policer', change, policerKeys)
  requireKeys('the trap policer', change, 'id')
  const { id, rate, burst } = change
  checkChange('the trap policer', { rate, burst }, ['rate', 'burst'])
  yield* changeDevlink('DEVLINK_CMD_TRAP_POLICER_SET', {
    ...{ ...key, trapPolicerId: id },
    ...defined({ trapPolicerRate: big(rate), trapPolicerBurst: big(burst) }),
  })
}

const rateKeys = { txShare: 1, txMax: 1, txPriority: U32, txWeight: U32, parent: 1 } satisfies Record<
  keyof DevlinkRateChange,
  unknown
>

/** Returns a rate in bytes per second. @throws {TypeError} */
const bytesOf = (key: string, rate: Rate | undefined) =>
  rate === undefined ? undefined : BigInt(Math.trunc(bytesPerSecond(`${key} of the rate`, rate)))

/** Returns the attributes of a change of rates. @throws {TypeError} */
function changedRates(change: DevlinkRateChange): object {
  checkKeys('the rate', change, rateKeys)
  const { txShare, txMax, txPriority, txWeight, parent } = change
  if (parent !== undefined && parent !== '') nameOf('parent of the rate', parent)
  return defined({
    rateTxShare: bytesOf('txShare', txShare),
    rateTxMax: bytesOf('txMax', txMax),
    rateTxPriority: txPriority,
    rateTxWeight: txWeight,
    rateParentNodeName: parent,
  })
}

/** Changes the rates of a port or a node. */
export function* setRate(rate: DevlinkRef, change: DevlinkRateChange): Operation<void> {
  const key = rateAttrs(rate)
  const attrs = changedRates(change)
  checkChange('the rate', attrs, Object.keys(rateKeys))
  yield* changeDevlink('DEVLINK_CMD_RATE_SET', { ...key, ...attrs })
}

/** Creates a node. */
export function* addRate(node: string, rates: DevlinkRateChange = {}): Operation<void> {
  yield* changeDevlink('DEVLINK_CMD_RATE_NEW', { ...rateAttrs(node), ...changedRates(rates) })
}

/** Deletes a node. */
export function* deleteRate(node: DevlinkRef): Operation<void> {
  yield* changeDevlink('DEVLINK_CMD_RATE_DEL', rateAttrs(node))
}
