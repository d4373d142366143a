import { constants } from 'node:os'
import type { Mode } from '../device/framing.js'
import type { TunTapOptions } from '../options.js'
import type { TunLink } from './tun-link.js'

const { E2BIG, EBUSY, EINVAL, EPERM } = constants.errno

const modeOf = ({ tun }: TunLink): Mode => (tun?.type === 2 ? 'tap' : 'tun')

/** Returns the reason why the kernel refused to attach to a link (`tun_set_iff`, `tun_attach`), in words; undefined if it is unknown. */
export function whyNotAttached(errno: number, link: TunLink | undefined, options: TunTapOptions): string | undefined {
  if (link === undefined) return undefined
  const { tun } = link
  if (errno === EINVAL && tun === undefined)
    return `attach to a ${link.kind ?? 'physical'} link: it is not a tun or tap device`
  if (errno === EINVAL && modeOf(link) !== options.mode)
    return `attach with mode '${options.mode}': it is a ${modeOf(link)} device`
  if (errno === EINVAL && (tun?.multiQueue === 1) !== (options.multiQueue ?? false)) {
    return options.multiQueue
      ? 'attach with multiQueue: the device is single-queue'
      : 'attach without multiQueue: the device is multi-queue'
  }
  if (errno === EBUSY) return 'the device is single-queue, and another descriptor is attached'
  if (errno === E2BIG) return 'the device has 256 queues already, which is the maximum'
  // Checked before the owner (`tun_set_iff`).
  if (errno === EPERM && options.napiFrags)
    return 'CAP_NET_ADMIN is required in the initial user namespace with napiFrags, also of the owner'
  if (errno === EPERM) return `CAP_NET_ADMIN is required, or to be ${describeOwner(link)}`
  return undefined
}

function describeOwner({ tun }: TunLink): string {
  const owner = tun?.owner === undefined ? [] : [`uid ${tun.owner}`]
  const group = tun?.group === undefined ? [] : [`a member of gid ${tun.group}`]
  return [...owner, ...group].join(' and ')
}
