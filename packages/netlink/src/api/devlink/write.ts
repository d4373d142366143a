import { ArgumentError } from '../../codec/index.js'
import {
  DEVLINK_ESWITCH_ENCAP_MODE,
  DEVLINK_ESWITCH_INLINE_MODE,
  DEVLINK_ESWITCH_MODE,
  DEVLINK_RELOAD_ACTION,
  DEVLINK_RELOAD_LIMIT,
} from '../../generic/devlink/index.js'
import type { Operation } from '../run/operation.js'
import { BOOLEAN, integers } from '../values/accepted.js'
import { type Named, named, numberOf } from '../values/names.js'
import { checkKeys, defined } from '../values/objects.js'
import { type DevlinkRef, deviceAttrs } from './handle.js'
import { changeDevlink, reporterAttrs } from './read.js'
import type { DevlinkEswitchChange, DevlinkHealthSettings, DevlinkReload } from './types.js'

/** Returns the number of a word that may be missing. @throws {TypeError} */
export const optional = (key: string, family: Parameters<typeof numberOf>[1], value: string | number | undefined) =>
  value === undefined ? undefined : numberOf(key, family, value)

/** Checks that a change contains something. @throws {TypeError} */
export function checkChange(what: string, change: object, keys: readonly string[]): void {
  if (Object.values(change).every((value) => value === undefined))
    throw new ArgumentError(`expected ${what} to have at least one of ${keys.join(', ')}, got none`)
}

const healthKeys = {
  ...{ name: 1, gracePeriod: integers(0, Number.MAX_SAFE_INTEGER), autoRecover: BOOLEAN, autoDump: BOOLEAN },
} satisfies Record<keyof DevlinkHealthSettings, unknown>

const bit = (value: boolean | undefined) => (value === undefined ? undefined : Number(value))

/** Changes the settings of a health reporter. */
export function* setReporter(owner: DevlinkRef, settings: DevlinkHealthSettings): Operation<void> {
  checkKeys('the health reporter', settings, healthKeys)
  const { name, gracePeriod, autoRecover, autoDump } = settings
  checkChange('the health reporter', { gracePeriod, autoRecover, autoDump }, Object.keys(healthKeys).slice(1))
  yield* changeDevlink('DEVLINK_CMD_HEALTH_REPORTER_SET', {
    ...reporterAttrs(owner, name),
    ...defined({
      healthReporterGracefulPeriod: gracePeriod === undefined ? undefined : BigInt(gracePeriod),
      healthReporterAutoRecover: bit(autoRecover),
      healthReporterAutoDump: bit(autoDump),
    }),
  })
}

/** Creates the operation that sends a command about a health reporter. */
const reporterCommand = (command: string) =>
  function* (owner: DevlinkRef, name: string): Operation<void> {
    yield* changeDevlink(command, reporterAttrs(owner, name))
  }

export const recover = reporterCommand('DEVLINK_CMD_HEALTH_REPORTER_RECOVER')
export const clearDump = reporterCommand('DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR')
export const testReporter = reporterCommand('DEVLINK_CMD_HEALTH_REPORTER_TEST')

const eswitchKeys = { mode: 1, inlineMode: 1, encapMode: 1 } satisfies Record<keyof DevlinkEswitchChange, unknown>

/** Changes the settings of an e-switch. */
export function* setEswitch(device: DevlinkRef, change: DevlinkEswitchChange): Operation<void> {
  const key = deviceAttrs(device)
  checkKeys('the e-switch', change, eswitchKeys)
  const { mode, inlineMode, encapMode } = change
  checkChange('the e-switch', change, Object.keys(eswitchKeys))
  yield* changeDevlink('DEVLINK_CMD_ESWITCH_SET', {
    ...key,
    ...defined({
      eswitchMode: optional('mode of the e-switch', DEVLINK_ESWITCH_MODE, mode),
      eswitchInlineMode: optional('inlineMode of the e-switch', DEVLINK_ESWITCH_INLINE_MODE, inlineMode),
      eswitchEncapMode: optional('encapMode of the e-switch', DEVLINK_ESWITCH_ENCAP_MODE, encapMode),
    }),
  })
}

/** Reloads the driver of a device. Returns the actions that were performed. */
export function* reload(device: DevlinkRef, how: DevlinkReload = {}): Operation<Named<typeof DEVLINK_RELOAD_ACTION>[]> {
  const key = deviceAttrs(device)
  checkKeys('the reload', how, { action: 1, limit: 1 } satisfies Record<keyof DevlinkReload, unknown>)
  const limit = optional('limit of the reload', DEVLINK_RELOAD_LIMIT, how.limit)
  const [reply] = yield* changeDevlink('DEVLINK_CMD_RELOAD', {
    ...key,
    // The kernel replies only to a request with an action.
    reloadAction: numberOf('action of the reload', DEVLINK_RELOAD_ACTION, how.action ?? 'driver_reinit'),
    ...defined({
      reloadLimits: limit === undefined ? undefined : { value: 1 << limit, selector: 1 << limit },
    }),
  })
  const performed = reply?.attrs.reloadActionsPerformed?.value ?? 0
  return Object.values(DEVLINK_RELOAD_ACTION.values)
    .filter((action) => performed & (1 << action))
    .map((action) => named(DEVLINK_RELOAD_ACTION, action))
}
