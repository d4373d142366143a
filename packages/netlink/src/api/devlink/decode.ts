import { withJson } from '../../codec/json.js'
import { setOwn } from '../../codec/own.js'
import {
  DEVLINK_ESWITCH_ENCAP_MODE,
  DEVLINK_ESWITCH_INLINE_MODE,
  DEVLINK_ESWITCH_MODE,
  DEVLINK_PORT_FLAVOUR,
  DEVLINK_PORT_FN_CAP,
  DEVLINK_PORT_FN_OPSTATE,
  DEVLINK_PORT_FN_STATE,
  DEVLINK_PORT_TYPE,
  DEVLINK_RELOAD_ACTION,
  DEVLINK_RELOAD_LIMIT,
  type DevlinkAttrs,
  type DevlinkInfoVersionAttrs,
  type DevlinkMessage,
  type DevlinkPortFunctionAttrs,
  type DevlinkReloadStatsAttrs,
} from '../../generic/devlink/index.js'
import { type Named, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import { deviceHandle, ownerHandle } from './handle.js'
import type {
  DevlinkDevice,
  DevlinkEswitch,
  DevlinkHealthReporter,
  DevlinkInfo,
  DevlinkObject,
  DevlinkPort,
  DevlinkPortFunction,
  DevlinkReloadCount,
  DevlinkVersions,
} from './types.js'

type Members<T extends DevlinkObject> = {
  readonly [K in keyof Omit<T, keyof DevlinkObject>]: Omit<T, keyof DevlinkObject>[K] | undefined
}
type Optional<T> = T extends undefined ? undefined : T

/** Returns an object without the members that have no value. */
export const objectOf = <T extends DevlinkObject>(
  message: DevlinkMessage,
  members: Members<T>,
  handle = deviceHandle(message.attrs),
): T => withMessage(withJson(defined({ handle, ...members })) as unknown as Omit<T, 'message'>, message) as unknown as T

/** Returns the word of a number that may be missing. */
export const wordOf = <C extends Parameters<typeof named>[0]>(
  family: C,
  value: number | undefined,
): Optional<Named<C>> | undefined => (value === undefined ? undefined : (named(family, value) as Optional<Named<C>>))

export const isSet = (value: number | undefined): boolean | undefined => (value === undefined ? undefined : value !== 0)

function reloadsOf(stats: DevlinkReloadStatsAttrs | undefined): DevlinkReloadCount[] | undefined {
  return stats?.reloadActionInfo?.flatMap(({ reloadAction = 0, reloadActionStats = [] }) =>
    reloadActionStats.flatMap(({ reloadStatsEntry = [] }) =>
      reloadStatsEntry.map(({ reloadStatsLimit = 0, reloadStatsValue = 0 }) => ({
        action: named(DEVLINK_RELOAD_ACTION, reloadAction),
        limit: named(DEVLINK_RELOAD_LIMIT, reloadStatsLimit),
        count: reloadStatsValue,
      })),
    ),
  )
}

/** Converts a message to a device. */
export function toDevice(message: DevlinkMessage): DevlinkDevice {
  const { reloadFailed, devStats } = message.attrs
  return objectOf<DevlinkDevice>(message, {
    reloadFailed: reloadFailed === 1,
    reloads: reloadsOf(devStats?.reloadStats),
    remoteReloads: reloadsOf(devStats?.remoteReloadStats),
  })
}

function versionsOf(list: readonly DevlinkInfoVersionAttrs[] = []): DevlinkVersions {
  const versions: Record<string, string> = {}
  for (const { infoVersionName = '', infoVersionValue = '' } of list)
    setOwn(versions, infoVersionName, infoVersionValue)
  return versions
}

/** Converts a message to the information about a device. */
export function toInfo(message: DevlinkMessage): DevlinkInfo {
  const { attrs } = message
  return objectOf<DevlinkInfo>(message, {
    driver: attrs.infoDriverName,
    serialNumber: attrs.infoSerialNumber,
    boardSerialNumber: attrs.infoBoardSerialNumber,
    versions: {
      fixed: versionsOf(attrs.infoVersionFixed),
      running: versionsOf(attrs.infoVersionRunning),
      stored: versionsOf(attrs.infoVersionStored),
    },
  })
}

function capabilitiesOf(caps: NonNullable<DevlinkPortFunctionAttrs['caps']>): Record<string, boolean> {
  const known = Object.entries(DEVLINK_PORT_FN_CAP.values).filter(([, bit]) => caps.selector & bit)
  return Object.fromEntries(known.map(([name, bit]) => [name, (caps.value & bit) !== 0]))
}

const functionOf = ({ hwAddr, state, opstate, caps, maxIoEqs }: DevlinkPortFunctionAttrs): DevlinkPortFunction =>
  defined({
    address: hwAddr,
    state: wordOf(DEVLINK_PORT_FN_STATE, state),
    operationalState: wordOf(DEVLINK_PORT_FN_OPSTATE, opstate),
    capabilities: caps && capabilitiesOf(caps),
    maxIoEqs,
  })

/** Converts a message to a port. */
export function toPort(message: DevlinkMessage): DevlinkPort {
  const { attrs } = message
  const members: Members<DevlinkPort> = {
    device: deviceHandle(attrs),
    index: attrs.portIndex ?? 0,
    type: wordOf(DEVLINK_PORT_TYPE, attrs.portType),
    desiredType: wordOf(DEVLINK_PORT_TYPE, attrs.portDesiredType),
    netdev: attrs.portNetdevName,
    ifindex: attrs.portNetdevIfindex,
    ibdev: attrs.portIbdevName,
    flavour: wordOf(DEVLINK_PORT_FLAVOUR, attrs.portFlavour),
    number: attrs.portNumber,
    splitGroup: attrs.portSplitGroup,
    splitSubport: attrs.portSplitSubportNumber,
    lanes: attrs.portLanes,
    isSplittable: isSet(attrs.portSplittable),
    controller: attrs.portControllerNumber,
    pf: attrs.portPciPfNumber,
    vf: attrs.portPciVfNumber,
    sf: attrs.portPciSfNumber,
    isExternal: isSet(attrs.portExternal),
    function: attrs.portFunction && functionOf(attrs.portFunction),
  }
  return objectOf<DevlinkPort>(message, members, ownerHandle(attrs))
}

/** Nanoseconds of a millisecond. */
const MILLISECOND = 1_000_000n

const dateOf = (time: bigint | undefined) => (time === undefined ? undefined : new Date(Number(time / MILLISECOND)))

const healthStates = ['healthy', 'error'] as const

const numberIn = (value: bigint | undefined) => (value === undefined ? undefined : Number(value))

/** Converts a message to a health reporter. */
export function toHealthReporter(message: DevlinkMessage): DevlinkHealthReporter {
  const { attrs } = message
  const own = attrs.healthReporter ?? {}
  const state = own.healthReporterState ?? 0
  const members: Members<DevlinkHealthReporter> = {
    name: own.healthReporterName ?? '',
    state: healthStates[state] ?? state,
    errors: own.healthReporterErrCount ?? 0n,
    recoveries: own.healthReporterRecoverCount ?? 0n,
    lastDump: dateOf(own.healthReporterDumpTsNs),
    gracePeriod: numberIn(own.healthReporterGracefulPeriod),
    burstPeriod: numberIn(own.healthReporterBurstPeriod),
    autoRecover: isSet(own.healthReporterAutoRecover),
    autoDump: isSet(own.healthReporterAutoDump),
  }
  return objectOf<DevlinkHealthReporter>(message, members, ownerHandle(attrs))
}

/** Converts a message to the settings of an e-switch. */
export function toEswitch(message: DevlinkMessage): DevlinkEswitch {
  const { eswitchMode, eswitchInlineMode, eswitchEncapMode }: DevlinkAttrs = message.attrs
  return objectOf<DevlinkEswitch>(message, {
    mode: wordOf(DEVLINK_ESWITCH_MODE, eswitchMode),
    inlineMode: wordOf(DEVLINK_ESWITCH_INLINE_MODE, eswitchInlineMode),
    encapMode: wordOf(DEVLINK_ESWITCH_ENCAP_MODE, eswitchEncapMode),
  })
}
