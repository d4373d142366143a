import { NLM_F_NEW } from '../../message/index.js'
import type { LinkMessage } from '../../route/index.js'
import { kindOf } from './kinds.js'
import { changeLink } from './link-change.js'
import { changeData } from './link-data.js'
import { createLink } from './link-make.js'
import { removeLinks } from './link-remove.js'
import { byName, checkSettable } from './link-settings.js'
import { linkMessageOf } from './messages.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import type { Link, State } from './state.js'

type Attrs = LinkMessage['attrs']

const has = (flags: number, bit: number) => (flags & bit) !== 0

/** Returns the link that a request names by index or by name. Refuses a request without either (EINVAL). */
function named(state: State, { index, attrs }: LinkMessage): Link | undefined {
  checkShortName(attrs)
  if (index > 0) return state.links.get(index)
  const name = attrs.ifname ?? attrs.altIfname
  if (name === undefined) refuse('EINVAL')
  return byName(state, name)
}

/** Refuses a name that is too long, as the kernel's policy of IFLA_IFNAME does before everything else. */
function checkShortName({ ifname }: Attrs): void {
  if (ifname !== undefined && Buffer.byteLength(ifname) > 15)
    refuse('ERANGE', 'Attribute failed policy validation', 'ifname')
}

/** Handles RTM_GETLINK. */
export function getLink(state: State, message: LinkMessage): object[] {
  const link = named(state, message)
  checkModelled(message.attrs, 'RTM_GETLINK', ['ifname', 'altIfname', 'extMask'])
  if (link === undefined) refuse('ENODEV')
  return [linkMessageOf(link, state)]
}

/** Handles a dump of RTM_GETLINK. */
export function dumpLinks(state: State, { index, type, flags, change, attrs }: LinkMessage): object[] {
  if (type !== 0 || flags !== 0 || change !== 0) refuse('EINVAL', 'Invalid values in header for link dump request')
  if (index !== 0) refuse('EINVAL', 'Filter by device index not supported for link dumps')
  checkModelled(attrs, 'RTM_GETLINK', ['master', 'linkinfo', 'extMask'])
  const { master, linkinfo } = attrs
  return [...state.links.values()]
    .sort((one, other) => one.index - other.index)
    .filter((each) => !master || each.master === master)
    .filter((each) => linkinfo?.kind === undefined || each.kind === linkinfo.kind)
    .map((each) => linkMessageOf(each, state))
}

/** Handles RTM_NEWLINK. */
export function newLink(state: State, message: LinkMessage, flags: number): void {
  const { attrs, index } = message
  checkShortName(attrs)
  if (attrs.numTxQueues === 0) refuseWithoutQueues(attrs.linkinfo?.kind)
  checkSettable(attrs, 'RTM_NEWLINK')
  const link = index > 0 ? state.links.get(index) : attrs.ifname === undefined ? undefined : byName(state, attrs.ifname)
  if (link) {
    if (has(flags, NLM_F_NEW.EXCL)) refuse('EEXIST')
    if (has(flags, NLM_F_NEW.REPLACE)) refuse('EOPNOTSUPP')
    const { kind, data } = attrs.linkinfo ?? {}
    if (data !== undefined) changeData(link, kind, data as Readonly<Record<string, unknown>>)
    changeLink(state, link, message, data !== undefined)
    return
  }
  if (!has(flags, NLM_F_NEW.CREATE)) {
    if (index === 0 && attrs.ifname === undefined && attrs.group !== undefined) notModelled('changing a group of links')
    refuse('ENODEV')
  }
  createLink(state, message)
}

/** Refuses a link without queues, as `rtnl_create_link` does when it knows the kind. */
function refuseWithoutQueues(kind: string | undefined): never {
  kindOf(kind)
  refuse('EINVAL', 'Invalid number of transmit queues')
}

/** Handles RTM_SETLINK. */
export function setLink(state: State, message: LinkMessage): void {
  const link = named(state, message)
  if (link === undefined) refuse('ENODEV')
  checkSettable(message.attrs, 'RTM_SETLINK')
  changeLink(state, link, message)
}

/** Handles RTM_DELLINK. */
export function deleteLink(state: State, message: LinkMessage): void {
  checkModelled(message.attrs, 'RTM_DELLINK', ['ifname', 'altIfname'])
  const link = named(state, message)
  if (link === undefined) refuse('ENODEV')
  if (link.kind === undefined) refuse('EOPNOTSUPP')
  removeLinks(state, link)
}
