import { type Config, findPointless, type Key, keys, spoofChecked } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'
import { anyObject, JsonError, parseJson, record } from './json.js'
import { checkNetworkName } from './names.js'
import { oldestVersion } from './version.js'

/** What every command needs to know before anything else. */
export interface Head {
  /** The configuration's keys, not yet looked at. */
  readonly json: Record<string, unknown>
  readonly network: string
}

/**
 * Parses the configuration and finds the network's name.
 * @throws {CniError} 6 or 7
 */
export function readHead(stdin: Buffer): Head {
  const { json, name } = decoding('error unmarshall network config', () => {
    const parsed = parseJson(stdin) ?? {}
    return { ...record({ name: keys.name.type }).decode(parsed, ''), json: anyObject.decode(parsed, '') }
  })
  if (name === undefined) throw new CniError(ErrorCode.invalidConfig, 'missing network name')
  checkNetworkName(name)
  return { json, network: name }
}

/**
 * The `cniVersion` of a configuration, not yet checked.
 * @throws {CniError} 6
 */
export function readVersion(json: Record<string, unknown>): string {
  const { cniVersion } = decoding('decoding version from network config', () =>
    record({ cniVersion: keys.cniVersion.type }).decode(json, ''),
  )
  return cniVersion ?? oldestVersion
}

/**
 * The keys that `command` uses, checked.
 * @throws {CniError} 6 for a value of another type, 7 for one that cannot be meant
 */
export function readConfig(json: Record<string, unknown>, command: string): Config {
  const used = Object.entries<Key<unknown>>(keys).filter(([, { usedBy }]) => usedBy.includes(command))
  const types = Object.fromEntries(used.map(([name, { type }]) => [name, type]))
  const config = decoding('failed to load netconf', () => record(types).decode(json, '') as Config)
  for (const [name, { refuse }] of used) {
    const value = config[name as keyof Config]
    if (value !== undefined) expectValue(name, value, refuse(value))
  }
  const [pointless, reason] = findPointless(config) ?? []
  if (pointless !== undefined) expectValue(pointless, config[pointless], reason)
  return config
}

function expectValue(name: string, value: unknown, reason: string | undefined): void {
  if (reason === undefined) return
  throw new CniError(ErrorCode.invalidConfig, `invalid ${name} ${JSON.stringify(value)}: ${reason}`)
}

/** Whether ADD had `macspoofchk`, for the commands that clean up: nothing that the key may hold makes them fail. */
export function isSpoofChecked(json: Record<string, unknown>): boolean {
  return spoofChecked.decode(json, '').macspoofchk ?? false
}

function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new CniError(ErrorCode.decoding, `${what}: ${error.message}`)
  }
}
