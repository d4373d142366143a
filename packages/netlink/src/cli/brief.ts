import type { NamedObjects } from '../api/watch/types.js'
import type { CommonKind } from '../cache/index.js'

/** An object in a few words: its name, and what is worth to know about it. */
export interface Brief {
  readonly name: string
  readonly details: readonly string[]
}

/** Words for the kinds, as `ip` has them. */
export const kindWords: Readonly<Record<CommonKind, string>> = {
  link: 'link',
  address: 'addr',
  route: 'route',
  neighbour: 'neigh',
  rule: 'rule',
  nexthop: 'nexthop',
}

/** Returns `label value`, or nothing if the value is missing. */
const labelled = (label: string, value: unknown): string[] => (value === undefined ? [] : [`${label} ${value}`])

const device = ({ dev, devName }: { readonly dev?: number; readonly devName?: string }) =>
  labelled('dev', devName ?? (dev === undefined ? undefined : `#${dev}`))

const link = (object: NamedObjects['link']): Brief => ({
  name: object.name,
  details: [
    ...(object.kind === undefined ? [] : [object.kind]),
    object.up ? 'up' : 'down',
    ...(object.up && object.carrier === false ? ['no carrier'] : []),
    ...labelled('mtu', object.mtu),
    ...labelled('master', object.masterName ?? object.master),
    ...labelled('address', object.address),
  ],
})

const address = (object: NamedObjects['address']): Brief => ({
  name: object.address,
  details: [
    ...labelled('peer', object.peer),
    ...device(object),
    ...(object.scope === 'global' ? [] : [`scope ${object.scope}`]),
    ...object.flags.filter((flag) => flag !== 'PERMANENT').map((flag) => flag.toLowerCase()),
  ],
})

function route(object: NamedObjects['route']): Brief {
  const hops = object.multipath?.map((hop) =>
    [...labelled('via', hop.via), ...device(hop), `weight ${hop.weight}`].join(' '),
  )
  return {
    name: object.type === 'unicast' ? object.dst : `${object.type} ${object.dst}`,
    details: [
      ...labelled('from', object.from),
      ...labelled('via', object.via),
      ...device(object),
      ...(hops ?? []).map((hop) => `[${hop}]`),
      ...labelled('nexthop', object.nexthop),
      ...labelled('src', object.src),
      ...labelled('metric', object.metric),
      ...(object.table === 'main' ? [] : [`table ${object.table}`]),
      ...(object.scope === 'global' ? [] : [`scope ${object.scope}`]),
      ...(object.protocol === 'boot' ? [] : [`proto ${object.protocol}`]),
    ],
  }
}

const neighbour = (object: NamedObjects['neighbour']): Brief => ({
  name: object.dst ?? object.lladdr ?? '',
  details: [
    ...device(object),
    ...(object.dst === undefined ? [] : labelled('lladdr', object.lladdr)),
    ...labelled('master', object.masterName),
    ...labelled('vlan', object.vlan),
    ...object.flags.map((flag) => flag.toLowerCase()),
    ...object.state.map((state) => state.toLowerCase()),
  ],
})

const rule = (object: NamedObjects['rule']): Brief => ({
  name: String(object.priority),
  details: [
    ...(object.family === 'inet' ? [] : [object.family]),
    ...(object.invert ? ['not'] : []),
    `from ${object.from === 'default' ? 'all' : object.from}`,
    ...(object.to === 'default' ? [] : [`to ${object.to}`]),
    ...labelled('iif', object.iif),
    ...labelled('oif', object.oif),
    ...labelled('fwmark', object.fwmark),
    ...(object.action === 'to_tbl' ? labelled('lookup', object.table) : [object.action]),
    ...labelled('goto', object.goto),
  ].map(String),
})

/** The members of a next-hop group. */
export type Group = NonNullable<NamedObjects['nexthop']['group']>

/** Returns the members of a next-hop group as `ip` prints them: `1,10/2`. */
export const groupText = (group: Group): string =>
  group.map(({ id, weight }) => (weight === 1 ? id : `${id},${weight}`)).join('/')

const nexthop = (object: NamedObjects['nexthop']): Brief => ({
  name: `id ${object.id}`,
  details: [
    ...labelled('group', object.group && groupText(object.group)),
    ...(object.blackhole ? ['blackhole'] : []),
    ...labelled('via', object.via),
    ...device(object),
    ...(object.fdb ? ['fdb'] : []),
  ],
})

const briefs: { readonly [K in CommonKind]: (object: NamedObjects[K]) => Brief } = {
  link,
  address,
  route,
  neighbour,
  rule,
  nexthop,
}

/** Returns an object in a few words. */
export const brief = <K extends CommonKind>(kind: K, object: NamedObjects[K]): Brief => briefs[kind](object)
