import { formatPrefix } from '@netloom/netlink/ip'
import { CniError, ErrorCode } from './error.js'
import { JsonError, list, record, string } from './json.js'
import { AF_INET, AF_INET6, type Family } from './prefix.js'
import { quote } from './quote.js'
import {
  type Address,
  address,
  type Dns,
  dns,
  family,
  type Interface,
  networkInterface,
  type Route,
  route,
} from './result-parts.js'
import type { CniVersion } from './version.js'

/** A result, independent of the version. */
export interface Result {
  readonly interfaces: readonly Interface[]
  readonly ips: readonly Address[]
  readonly routes: readonly Route[]
  readonly dns: Dns
}

export const emptyResult: Result = { interfaces: [], ips: [], routes: [], dns: {} }

const families = record({ cniVersion: string, ip4: family, ip6: family, dns })
const flat = record({
  cniVersion: string,
  interfaces: list(networkInterface),
  ips: list(address),
  routes: list(route),
  dns,
})

/** A JSON format of results. There are three. */
interface Shape {
  readonly versions: readonly CniVersion[]
  read(json: unknown): Result
  write(result: Result, version: CniVersion): object
}

const shapes: readonly Shape[] = [
  { versions: ['0.1.0', '0.2.0'], read: readFamilies, write: writeFamilies },
  { versions: ['0.3.0', '0.3.1', '0.4.0'], read: readFlat, write: write04 },
  { versions: ['1.0.0', '1.1.0'], read: readFlat, write: write1x },
]

/**
 * Parses the result of a plugin. Its version is the one that it contains, or that of the configuration.
 * @throws {JsonError} if it is malformed or has an unknown version
 */
export function parseResult(json: unknown, configVersion: CniVersion): Result {
  const version = versionOf(json) ?? configVersion
  const shape = shapes.find(({ versions }) => (versions as readonly string[]).includes(version))
  if (shape === undefined) throw new JsonError(`unsupported CNI result version ${quote(version)}`)
  return shape.read(json)
}

/** Parses `prevResult`. Its version must have the same JSON format as the configuration's version. @throws {CniError} 6 */
export function parsePrevResult(json: unknown, configVersion: CniVersion): Result {
  const shape = shapeOf(configVersion)
  try {
    const version = versionOf(json) ?? configVersion
    if (!(shape.versions as readonly string[]).includes(version)) {
      const expected = shape.versions.join(' ')
      throw new JsonError(`result type supports [${expected}] but unmarshalled CNIVersion is ${quote(version)}`)
    }
    return shape.read(json)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new CniError(ErrorCode.decoding, `could not parse prevResult: ${error.message}`)
  }
}

/**
 * Returns the JSON object of a result in the given version.
 * @throws {CniError} 7 if the version cannot represent it
 */
export function formatResult(result: Result, version: CniVersion): object {
  return { cniVersion: version, ...shapeOf(version).write(result, version) }
}

/**
 * Checks that a version of the specification can represent the result. Before 0.3.0, a result must contain an address.
 * @throws {CniError} 7
 */
export function requireConvertible(version: CniVersion, hasAddresses: boolean): void {
  if (hasAddresses || shapeOf(version).write !== writeFamilies) return
  throw new CniError(ErrorCode.invalidConfig, 'cannot convert: no valid IP addresses')
}

function shapeOf(version: CniVersion): Shape {
  const shape = shapes.find(({ versions }) => versions.includes(version))
  if (shape === undefined) throw new CniError(ErrorCode.internal, `no result shape for CNI version ${version}`)
  return shape
}

function versionOf(json: unknown): string | undefined {
  const version = Object.entries(json ?? {}).findLast(([key]) => key.toLowerCase() === 'cniversion')?.[1]
  return typeof version === 'string' && version !== '' ? version : undefined
}

function readFlat(json: unknown): Result {
  const { interfaces = [], ips = [], routes = [], dns: names = {} } = flat.decode(json ?? {}, '')
  return { interfaces, ips, routes, dns: names }
}

function readFamilies(json: unknown): Result {
  const { ip4, ip6, dns: names = {} } = families.decode(json ?? {}, '')
  const given = [ip4, ip6].filter((each) => each !== undefined)
  return {
    interfaces: [],
    ips: given.map(({ ip: prefix, gateway }) => ({ address: prefix, ...(gateway !== undefined && { gateway }) })),
    routes: given.flatMap(({ routes = [] }) => routes),
    dns: names,
  }
}

function writeFamilies(result: Result, version: CniVersion): object {
  const first = (wanted: Family) => {
    const found = result.ips.find(({ address: prefix }) => prefix.family === wanted)
    if (found === undefined) return undefined
    const routes = result.routes.filter(({ dst }) => dst.family === wanted)
    return {
      ip: formatPrefix(found.address),
      gateway: found.gateway,
      routes: orAbsent(routes.map(({ dst, gw }) => ({ dst: formatPrefix(dst), gw }))),
    }
  }
  requireConvertible(version, result.ips.length > 0)
  return { ip4: first(AF_INET), ip6: first(AF_INET6), dns: result.dns }
}

function write04(result: Result): object {
  return {
    interfaces: orAbsent(result.interfaces.map(({ name, mac, sandbox }) => ({ name, mac, sandbox }))),
    ips: orAbsent(
      result.ips.map((each) => ({ version: each.address.family === AF_INET ? '4' : '6', ...writeAddress(each) })),
    ),
    routes: orAbsent(result.routes.map(writeRoute)),
    dns: result.dns,
  }
}

function write1x(result: Result, version: CniVersion): object {
  const since11 = ['mtu', 'socketPath', 'pciID']
  const interfaces = result.interfaces.map((each) => {
    const entries = Object.entries(each).filter(([key]) => version === '1.1.0' || !since11.includes(key))
    return Object.fromEntries(entries)
  })
  return {
    interfaces: orAbsent(interfaces),
    ips: orAbsent(result.ips.map(writeAddress)),
    routes: orAbsent(result.routes.map(writeRoute)),
    dns: Object.keys(result.dns).length === 0 ? undefined : result.dns,
  }
}

function writeAddress({ interface: index, address: prefix, gateway }: Address): object {
  return { interface: index, address: formatPrefix(prefix), gateway }
}

/** Writes all properties of a route in older versions too, because CHECK needs them. */
function writeRoute({ dst, ...rest }: Route): object {
  return { dst: formatPrefix(dst), ...rest }
}

const orAbsent = <T>(elements: readonly T[]) => (elements.length === 0 ? undefined : elements)
