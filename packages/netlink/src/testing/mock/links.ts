import { NLM_F_NEW } from '../../message/index.js'
import type { LinkMessage } from '../../route/index.js'
import { changeLink } from './link-change.js'
import { createLink } from './link-make.js'
import { removeLinks } from './link-remove.js'
import { byName, expectSettable } from './link-settings.js'
import { linkMessageOf } from './messages.js'
import { expectModelled, notModelled, refuse } from './refused.js'
import type { Link, State } from './state.js'

type Attrs = LinkMessage['attrs']

const has = (flags: number, bit: number) => (flags & bit) !== 0

/** The link that a request names, by index or else by name; EINVAL where it names none. */
function named(state: State, { index, attrs }: LinkMessage): Link | undefined {
  expectShortName(attrs)
  if (index > 0) return state.links.get(index)
  const name = attrs.ifname ?? attrs.altIfname
  if (name === undefined) refuse('EINVAL')
  return byName(state, name)
}

/** The kernel's policy of IFLA_IFNAME is the first to look. */
function expectShortName({ ifname }: Attrs): void {
  if (ifname !== undefined && Buffer.byteLength(ifname) > 15)
    refuse('ERANGE', 'Attribute failed policy validation', 'ifname')
}

/** RTM_GETLINK of one */
export function getLink(state: State, message: LinkMessage): object[] {
  const link = named(state, message)
  expectModelled(message.attrs, 'RTM_GETLINK', ['ifname', 'altIfname', 'extMask'])
  if (link === undefined) refuse('ENODEV')
  return [linkMessageOf(link, state)]
}

/** RTM_GETLINK of all */
export function dumpLinks(state: State, { index, type, flags, change, attrs }: LinkMessage): object[] {
  if (type !== 0 || flags !== 0 || change !== 0) refuse('EINVAL', 'Invalid values in header for link dump request')
  if (index !== 0) refuse('EINVAL', 'Filter by device index not supported for link dumps')
  expectModelled(attrs, 'RTM_GETLINK', ['master', 'linkinfo', 'extMask'])
  const { master, linkinfo } = attrs
  return [...state.links.values()]
    .sort((one, other) => one.index - other.index)
    .filter((each) => !master || each.master === master)
    .filter((each) => linkinfo?.kind === undefined || each.kind === linkinfo.kind)
    .map((each) => linkMessageOf(each, state))
}

/** RTM_NEWLINK */
export function newLink(state: State, message: LinkMessage, flags: number): void {
  const { attrs, index } = message
  expectShortName(attrs)
  expectSettable(attrs, 'RTM_NEWLINK')
  const link = index > 0 ? state.links.get(index) : attrs.ifname === undefined ? undefined : byName(state, attrs.ifname)
  if (link) {
    if (has(flags, NLM_F_NEW.EXCL)) refuse('EEXIST')
    if (has(flags, NLM_F_NEW.REPLACE)) refuse('EOPNOTSUPP')
    if (attrs.linkinfo?.data !== undefined) notModelled('changing what is of the kind of a link (IFLA_INFO_DATA)')
    changeLink(state, link, message)
    return
  }
  if (!has(flags, NLM_F_NEW.CREATE)) {
    if (index === 0 && attrs.ifname === undefined && attrs.group !== undefined) notModelled('changing a group of links')
    refuse('ENODEV')
  }
  createLink(state, message)
}

/** RTM_SETLINK */
export function setLink(state: State, message: LinkMessage): void {
  const link = named(state, message)
  if (link === undefined) refuse('ENODEV')
  expectSettable(message.attrs, 'RTM_SETLINK')
  changeLink(state, link, message)
}

/** RTM_DELLINK */
export function deleteLink(state: State, message: LinkMessage): void {
  expectModelled(message.attrs, 'RTM_DELLINK', ['ifname', 'altIfname'])
  const link = named(state, message)
  if (link === undefined) refuse('ENODEV')
  if (link.kind === undefined) refuse('EOPNOTSUPP')
  removeLinks(state, link)
}
