import { lladdr } from '../../codec/index.js'
import { covers, type Wish } from '../ensure.js'
import { told } from '../normalize.js'
import { toldData, toldSlaveData } from './data.js'
import type { Link } from './decode.js'
import { flagWish } from './encode.js'
import type { LinkChange, NewLink } from './types.js'

/** Members of an object as wishes of their own. */
const members = (under: string, wanted: object = {}, actual: object = {}): Wish[] =>
  Object.entries(wanted).map(([key, value]) => ({
    key: `${under}.${key}`,
    wanted: value,
    actual: (actual as Record<string, unknown>)[key],
  }))

/** What of a link can be compared as it stands. */
const comparable = [
  ...(['mtu', 'txqlen', 'group', 'up', 'protoDown', 'addrGenMode', 'linkmode'] as const),
  ...(['gsoMaxSize', 'gsoMaxSegs', 'groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize'] as const),
]

/** Compared in the form in which it is told. */
const hardwareWish = (key: 'address' | 'broadcast', wish: NewLink, link: Link): Wish => ({
  ...{ key, wanted: wish[key] === undefined ? undefined : told(lladdr, wish[key]), actual: link[key] },
})

/** The data of a link, with the flags of a VLAN that has none: the kernel leaves them out. */
const actualData = ({ kind, data }: Link): object | undefined =>
  kind === 'vlan' ? { flags: { flags: 0, mask: 0 }, ...data } : data

/** Compares the options of a link, whose other links are indexes, with the link. */
export function linkWishes(wish: NewLink, link: Link): Wish[] {
  return [
    { key: 'kind', wanted: wish.kind, actual: link.kind },
    ...comparable.map((key) => ({ key, wanted: wish[key], actual: link[key] })),
    hardwareWish('address', wish, link),
    hardwareWish('broadcast', wish, link),
    { key: 'alias', wanted: wish.alias, actual: link.alias ?? '' },
    { key: 'master', wanted: wish.master, actual: link.master ?? 0 },
    { key: 'link', wanted: wish.link, actual: link.link ?? 0 },
    {
      ...{ key: 'altNames', wanted: wish.altNames, actual: link.altNames },
      fulfilled: wish.altNames === undefined || covers([...wish.altNames].sort(), [...link.altNames].sort()),
    },
    ...Object.entries(wish.flags ?? {}).map(([flag, on]) => ({
      key: `flags.${flag}`,
      wanted: on,
      actual: (link.message.flags & flagWish({ flags: { [flag]: true } }).flags) !== 0,
    })),
    ...members('data', toldData(wish.kind, wish.data), actualData(link)),
    ...members('slaveData', toldSlaveData(wish.slaveKind, wish.slaveData), link.slaveData),
  ]
}

/** Of a wish, what is not as wished. */
export function unfulfilledPart(wish: NewLink, unfulfilled: readonly Wish[]): LinkChange {
  const part: Record<string, unknown> = {}
  for (const { key } of unfulfilled) {
    const [outer = '', inner] = key.split('.')
    const whole = (wish as unknown as Record<string, unknown>)[outer]
    if (inner === undefined) part[outer] = whole
    else part[outer] = { ...(part[outer] as object), [inner]: (whole as Record<string, unknown>)[inner] }
  }
  if (part.data !== undefined || part.link !== undefined) part.kind = wish.kind
  if (part.slaveData !== undefined) part.slaveKind = wish.slaveKind
  return part as LinkChange
}
