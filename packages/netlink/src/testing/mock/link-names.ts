import { isInterfaceName } from '../../codec/index.js'
import type { LinkMessage } from '../../route/index.js'
import { byName } from './link-settings.js'
import { linkMessageOf } from './messages.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import type { Link, State } from './state.js'

/** Returns the link of a request, and the alternative names in it. */
function targetOf(state: State, { index, attrs }: LinkMessage, request: string) {
  checkModelled(attrs, request, ['ifname', 'altIfname', 'propList', 'extMask'])
  const name = attrs.ifname ?? attrs.altIfname
  if (index === 0 && name === undefined) refuse('EINVAL')
  const link = index > 0 ? state.links.get(index) : byName(state, name ?? '')
  if (link === undefined) refuse('ENODEV')
  return { link, names: attrs.propList?.altIfname ?? [] }
}

/** Changes the alternative names of a link one by one. Names before a refusal stay changed. */
function changeNames(state: State, link: Link, names: readonly string[], change: (name: string) => void): void {
  for (const name of names) {
    if (Buffer.byteLength(name) > 127) notModelled('alternative names of more than 127 bytes')
    change(name)
  }
  // The kernel announces the change only if the link is up (`netdev_state_change`).
  if (names.length > 0 && link.up) state.notify('RTM_NEWLINK', linkMessageOf(link, state))
}

/** Handles RTM_NEWLINKPROP: adds alternative names. */
export function addNames(state: State, message: LinkMessage): void {
  const { link, names } = targetOf(state, message, 'RTM_NEWLINKPROP')
  changeNames(state, link, names, (name) => {
    if (name.length < 16 && !isInterfaceName(name)) refuse('EINVAL')
    if (byName(state, name)) refuse('EEXIST')
    link.altNames.push(name)
  })
}

/** Handles RTM_DELLINKPROP: removes alternative names. */
export function removeNames(state: State, message: LinkMessage): void {
  const { link, names } = targetOf(state, message, 'RTM_DELLINKPROP')
  changeNames(state, link, names, (name) => {
    const other = byName(state, name)
    if (other === undefined) refuse('ENOENT')
    if (!link.altNames.includes(name)) refuse('EINVAL')
    link.altNames.splice(link.altNames.indexOf(name), 1)
  })
}
