import { readFileSync } from 'node:fs'
import { builtInVersion } from '../system/built-in.js'
import { CniError, ErrorCode } from './error.js'
import { quote, quoteList } from './quote.js'

/** All released versions of the CNI specification that have a `cniVersion`, oldest first. */
export const supportedVersions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const

export type CniVersion = (typeof supportedVersions)[number]

/** Version of a configuration without a `cniVersion`. */
export const oldestVersion: CniVersion = '0.1.0'
export const newestVersion: CniVersion = '1.1.0'

/** Returns the version of the plugin itself. */
export function packageVersion(): string {
  if (builtInVersion !== undefined) return builtInVersion
  return JSON.parse(readFileSync(new URL(import.meta.resolve('@netloom/cni-tap/package.json')), 'utf8')).version
}

export function isSupported(version: string): version is CniVersion {
  return (supportedVersions as readonly string[]).includes(version)
}

/** Returns the numbers of a version: major, minor and patch. Missing ones are 0. @throws {CniError} 6 if it is malformed */
export function parseVersion(version: string): [number, number, number] {
  const parts = version.split('.')
  if (parts.length > 3) throw new CniError(ErrorCode.decoding, `invalid version ${quote(version)}: too many parts`)
  const names = ['major', 'minor', 'micro'] as const
  const [major = 0, minor = 0, micro = 0] = parts.map((part, index) => {
    if (/^[+-]?[0-9]+$/.test(part)) return Number(part)
    throw new CniError(
      ErrorCode.decoding,
      `failed to convert ${names[index]} version part ${quote(part)}: not a decimal number`,
    )
  })
  return [major, minor, micro]
}

/**
 * True if `version` is `other` or later.
 * @throws {CniError} 6 if one of them is malformed
 */
export function isAtLeast(version: string, other: string): boolean {
  const left = parseVersion(version)
  const right = parseVersion(other)
  for (const [index, part] of left.entries()) {
    const against = right[index] ?? 0
    if (part !== against) return part > against
  }
  return true
}

/** Returns the version if the plugin supports it. @throws {CniError} 1 otherwise */
export function requireSupported(version: string): CniVersion {
  if (isSupported(version)) return version
  const details = `config is ${quote(version)}, plugin supports ${quoteList(supportedVersions)}`
  throw new CniError(ErrorCode.incompatibleVersion, 'incompatible CNI versions', details)
}

/**
 * Checks that a command exists in a version. `since` is the version that introduced it.
 * @throws {CniError} 6 if the version is malformed, 1 if it lacks the command
 */
export function requireCommand(version: string, command: string, since: string): void {
  if (!isAtLeast(version, since)) {
    throw new CniError(ErrorCode.incompatibleVersion, `config version does not allow ${command}`)
  }
  if (!isAtLeast(newestVersion, version)) {
    throw new CniError(ErrorCode.incompatibleVersion, `plugin version does not allow ${command}`)
  }
}
