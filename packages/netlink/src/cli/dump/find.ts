import { compile } from '../../codec/index.js'
import { Connection } from '../../connection/connection.js'
import type { ConnectionOptions } from '../../connection/options.js'
import { PACKET } from '../../constants/index.js'
import { type DissectedMessage, dissector } from '../../dissect/index.js'
import { CaptureNames, type Names } from '../../inspect/index.js'
import { NetlinkError, nlmsghdr } from '../../message/index.js'
import { MessageFilter } from '../message-filter.js'
import { allNamespaces, isMissing } from '../namespaces.js'
import type { Dumped } from './objects.js'

/** The objects of one namespace. */
export interface Found {
  /** Name of the namespace, if several are shown. */
  readonly netns: string | undefined
  readonly objects: readonly DissectedMessage[]
  readonly names: Names
}

/** Options that select objects. */
export interface FindOptions {
  readonly netns: string | undefined
  readonly 'all-netns': boolean
  readonly filter: string | undefined
}

/** Returns the names in a namespace. It requests all links when the first one is needed. */
function namesIn(options: ConnectionOptions): Names {
  const { table, protocol } = new CaptureNames()
  let links: ReadonlyMap<number, string> | undefined
  const read = () => {
    const netlink = Connection.open(options)
    try {
      return new Map(netlink.dumpSync('RTM_GETLINK').map(({ index, attrs }) => [index, attrs.ifname ?? `#${index}`]))
    } finally {
      netlink.close()
    }
  }
  const link = (index: number) => {
    links ??= read()
    return links.get(index)
  }
  return { link, table, protocol }
}

/** Lists the objects of a namespace. @throws {NetlinkError} that names the missing capability */
function listed(dumped: Dumped, options: ConnectionOptions): readonly Buffer[] {
  try {
    return dumped.list(options)
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'EPERM') throw error
    const explanation = 'reading them needs CAP_NET_ADMIN in the user namespace that owns the network namespace'
    throw new NetlinkError({ ...error, explanation }, { cause: error })
  }
}

/** Returns the objects of a namespace. @throws {DecodeError} with `mustBeReadable`, if one cannot be decoded */
function objectsIn(dumped: Dumped, options: ConnectionOptions, mustBeReadable: boolean): DissectedMessage[] {
  const { protocol, family } = dumped
  const whole = listed(dumped, options)
  // The kernel has assigned a number to the family: the type of all messages.
  const types = family === undefined ? [] : whole.slice(0, 1).map((bytes) => compile(nlmsghdr).read(bytes, 0).type)
  const { dissect } = dissector(new Map(types.map((type) => [type, family ?? ''])), { lossless: false })
  const objects = whole.flatMap((bytes) => dissect({ protocol, packetType: PACKET.HOST, bytes }).messages)
  const unreadable = mustBeReadable ? objects.find(({ error }) => error !== undefined) : undefined
  if (unreadable?.error) throw unreadable.error
  return objects
}

/**
 * Returns the objects that the options select, by namespace.
 * @throws {DecodeError} with `mustBeReadable`, if one cannot be decoded
 */
export function findObjects(
  dumped: Dumped,
  { netns, 'all-netns': isAll, filter }: FindOptions,
  mustBeReadable: boolean,
): Found[] {
  const find = (name: string | undefined, options: ConnectionOptions): Found => {
    const names = namesIn(options)
    const selection = filter === undefined ? undefined : new MessageFilter(filter, names, 'answer')
    const all = objectsIn(dumped, options, mustBeReadable)
    return { netns: name, objects: selection ? all.filter((each, at) => selection.selects(each, at + 1)) : all, names }
  }
  if (!isAll) return [find(undefined, { netns })]
  return allNamespaces().flatMap((each) => {
    try {
      return [find(each.name, { netns: each.netns })]
    } catch (error) {
      if (each.netns !== undefined && isMissing(error)) return []
      throw error
    }
  })
}
