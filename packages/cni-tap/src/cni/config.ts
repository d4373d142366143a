import { type Config, findUselessKey, type Key, keys, spoofChecked } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'
import { anyObject, JsonError, parseJson, record } from './json.js'
import { checkNetworkName } from './names.js'
import { oldestVersion } from './version.js'

/** The part of the configuration that every command reads first. */
export interface Head {
  /** The keys of the configuration, not yet checked. */
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
 * Returns the `cniVersion` of a configuration, not yet checked.
 * @throws {CniError} 6
 */
export function readVersion(json: Record<string, unknown>): string {
  const { cniVersion } = decoding('decoding version from network config', () =>
    record({ cniVersion: keys.cniVersion.type }).decode(json, ''),
  )
  return cniVersion ?? oldestVersion
}

/**
 * Returns the keys that `command` uses, checked.
 * @throws {CniError} 6 for a value of another type, 7 for an invalid value
 */
export function readConfig(json: Record<string, unknown>, command: string): Config {
  const used = Object.entries<Key<unknown>>(keys).filter(([, { usedBy }]) => usedBy.includes(command))
  const types = Object.fromEntries(used.map(([name, { type }]) => [name, type]))
  const config = decoding('failed to load netconf', () => record(types).decode(json, '') as Config)
  for (const [name, { findProblem }] of used) {
    const value = config[name as keyof Config]
    if (value !== undefined) throwIfInvalid(name, value, findProblem(value))
  }
  const [useless, problem] = findUselessKey(config) ?? []
  if (useless !== undefined) throwIfInvalid(useless, config[useless], problem)
  return config
}

function throwIfInvalid(name: string, value: unknown, problem: string | undefined): void {
  if (problem === undefined) return
  throw new CniError(ErrorCode.invalidConfig, `invalid ${name} ${JSON.stringify(value)}: ${problem}`)
}

/** True if ADD had `macspoofchk`. For the commands that clean up: they do not fail for any value of the key. */
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
