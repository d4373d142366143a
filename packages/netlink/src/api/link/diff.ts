import { type Constants, lladdr } from '../../codec/index.js'
import { IF_LINK_MODE, IN6_ADDR_GEN_MODE } from '../../route/index.js'
import { type Comparison, covers } from '../values/compare.js'
import { groupNumber, named, numberOf } from '../values/names.js'
import { normalize } from '../values/normalize.js'
import { normalizeData, normalizeSlaveData, noVlanFlags } from './data.js'
import { flagBits } from './encode.js'
import type { AnyLinkChange, AnyNewLink, Link } from './types.js'
import { compareVfs } from './vf.js'
import { compareXdp } from './xdp.js'

/** Compares the members of an object one by one. The kernel leaves out a list that is empty. */
const compareMembers = (under: string, wanted: object = {}, actual: object = {}): Comparison[] =>
  Object.entries(wanted).map(([key, value]) => ({
    key: `${under}.${key}`,
    wanted: value,
    actual: (actual as Record<string, unknown>)[key] ?? (Array.isArray(value) ? [] : undefined),
  }))

/** Options that are compared with the member of the same name. */
const plainKeys = [
  ...(['mtu', 'txqlen', 'up', 'protoDown'] as const),
  ...(['gsoMaxSize', 'gsoMaxSegs', 'groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize'] as const),
]

const compareHardware = (key: 'address' | 'broadcast', spec: AnyNewLink, link: Link): Comparison => ({
  ...{ key, wanted: spec[key] === undefined ? undefined : normalize(lladdr, spec[key]), actual: link[key] },
})

/** Returns the word of an option, which may be given as a number. */
const normalWord = (
  key: 'addrGenMode' | 'linkmode',
  family: Constants<Readonly<Record<string, number>>>,
  spec: AnyNewLink,
) => (spec[key] === undefined ? undefined : named(family, numberOf(key, family, spec[key])))

/** Returns the data of a link, with the flags of a VLAN. */
const actualData = ({ kind, data }: Link): object | undefined =>
  kind === 'vlan' ? { flags: noVlanFlags, ...data } : data

const ascending = (one: number, other: number) => one - other

/** Compares a spec, in which other links are indexes, with a link. */
export function compareLink(spec: AnyNewLink, link: Link): Comparison[] {
  return [
    { key: 'kind', wanted: spec.kind, actual: link.kind },
    ...plainKeys.map((key) => ({ key, wanted: spec[key], actual: link[key] })),
    {
      key: 'group',
      wanted: spec.group === undefined ? undefined : groupNumber('group', spec.group),
      actual: link.group,
    },
    {
      ...{
        key: 'protoDownReasons',
        wanted: spec.protoDownReasons && [...new Set(spec.protoDownReasons)].sort(ascending),
      },
      actual: link.protoDownReasons ?? [],
    },
    ...compareXdp(spec.xdp, link.xdp),
    ...compareVfs(spec.vfs, link.vfs),
    { key: 'addrGenMode', wanted: normalWord('addrGenMode', IN6_ADDR_GEN_MODE, spec), actual: link.addrGenMode },
    { key: 'linkmode', wanted: normalWord('linkmode', IF_LINK_MODE, spec), actual: link.linkmode },
    compareHardware('address', spec, link),
    compareHardware('broadcast', spec, link),
    { key: 'alias', wanted: spec.alias, actual: link.alias ?? '' },
    { key: 'master', wanted: spec.master, actual: link.master ?? 0 },
    { key: 'link', wanted: spec.link, actual: link.link ?? 0 },
    {
      ...{ key: 'altNames', wanted: spec.altNames, actual: link.altNames },
      matches: spec.altNames === undefined || covers([...spec.altNames].sort(), [...link.altNames].sort()),
    },
    ...Object.entries(spec.flags ?? {}).map(([flag, on]) => ({
      key: `flags.${flag}`,
      wanted: on,
      actual: (link.message.flags & flagBits({ flags: { [flag]: true } }).flags) !== 0,
    })),
    ...compareMembers('data', normalizeData(spec.kind, spec.data), actualData(link)),
    ...compareMembers('slaveData', normalizeSlaveData(spec.slaveKind, spec.slaveData), link.slaveData),
  ]
}

/** Options that have the value of the member of a link, if they are as wanted and written as they are read. */
const sameWhenEqual: ReadonlySet<string> = new Set([
  ...['name', 'kind', ...plainKeys, 'group', 'addrGenMode', 'linkmode', 'address', 'broadcast', 'alias'],
])

/**
 * True if a link has all options of a spec, apart from `master`, which the spec may give as a name. Values that the link has need no
 * check. False says nothing: {@link compareLink} knows more.
 */
export function isClearlySame(spec: Options, link: Link): boolean {
  const actual = link as unknown as Options
  for (const key of Object.keys(spec)) {
    const value = spec[key]
    if (key === 'master' || value === undefined) continue
    if (!sameWhenEqual.has(key) || value !== actual[key]) return false
  }
  return true
}

type Options = Readonly<Record<string, unknown>>

/** Returns the part of a spec that applies the differences. */
export function changesFor(spec: AnyNewLink, differences: readonly Pick<Comparison, 'key'>[]): AnyLinkChange {
  const changes: Record<string, unknown> = {}
  for (const { key } of differences) {
    const [outer = '', inner] = key.split('.')
    const whole = (spec as unknown as Record<string, unknown>)[outer]
    if (inner === undefined || outer === 'vfs') changes[outer] = whole
    else changes[outer] = { ...(changes[outer] as object), [inner]: (whole as Record<string, unknown>)[inner] }
  }
  if (changes.data !== undefined || changes.link !== undefined) changes.kind = spec.kind
  if (changes.slaveData !== undefined) changes.slaveKind = spec.slaveKind
  return changes
}
