import { bandwidthKeys } from './bandwidth.js'
import { type Config, cleanupKeys, findConflict, type Key, keys } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'
import { anyObject, JsonError, parseJson, record } from './json.js'
import { checkNetworkName } from './names.js'
import { oldestVersion } from './version.js'

/** The part of the configuration that every command needs first. */
export interface Head {
  /** The whole configuration. Its values are not validated yet. */
  readonly json: Record<string, unknown>
  readonly network: string
}

/**
 * Parses the configuration, and finds the name of the network.
 * @throws {CniError} 6 if it is not JSON, 7 if the name is missing or invalid
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

/** Returns the `cniVersion` of a configuration. It is not validated yet. @throws {CniError} 6 if it is not a string */
export function readVersion(json: Record<string, unknown>): string {
  const { cniVersion } = decoding('decoding version from network config', () =>
    record({ cniVersion: keys.cniVersion.type }).decode(json, ''),
  )
  return cniVersion ?? oldestVersion
}

/**
 * Returns the keys of the configuration that `command` uses, after validation.
 * @throws {CniError} 6 for a value of the wrong type, 7 for an invalid value
 */
export function readConfig(json: Record<string, unknown>, command: string): Config {
  const used = Object.entries<Key<unknown>>(keys).filter(([, { usedBy }]) => usedBy.includes(command))
  const types = Object.fromEntries(used.map(([name, { type }]) => [name, type]))
  const config = decoding('failed to load netconf', () => record(types).decode(json, '') as Config)
  for (const [name, { findProblem }] of used) {
    const value = config[name as keyof Config]
    if (value !== undefined) throwIfInvalid(name, value, findProblem(value))
  }
  const [refused, problem] = findConflict(config) ?? []
  if (refused !== undefined) throwIfInvalid(refused, config[refused], problem)
  return config
}

function throwIfInvalid(name: string, value: unknown, problem: string | undefined): void {
  if (problem === undefined) return
  throw new CniError(ErrorCode.invalidConfig, `invalid ${name} ${JSON.stringify(value)}: ${problem}`)
}

/** The parts of an attachment in addition to its device, which commands that clean up must look for. */
export interface Parts {
  readonly spoofCheck: boolean
  readonly redirect: boolean
  readonly bandwidth: boolean
}

/** Returns the parts that the configuration names. Ignores invalid values. */
export function readParts(json: Record<string, unknown>): Parts {
  const { macspoofchk, redirect, capabilities, runtimeConfig, ...rates } = cleanupKeys.decode(json, '')
  const isLimited = Object.keys(bandwidthKeys).some((key) => rates[key as keyof typeof rates] !== undefined)
  return {
    spoofCheck: macspoofchk ?? false,
    redirect: redirect !== undefined,
    // A runtime may leave out `runtimeConfig` when it cleans up.
    bandwidth: isLimited || runtimeConfig?.bandwidth !== undefined || capabilities?.bandwidth === true,
  }
}

function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new CniError(ErrorCode.decoding, `${what}: ${error.message}`, '', `${what}: ${error.forLog}`)
  }
}
