import type { Connection } from '@netloom/netlink'
import type { TfilterMessage } from '@netloom/netlink/route'
import { attemptAll, kernelCall, throwFirst } from '../../cni/error.js'
import type { Link } from '../links.js'
import { redirectionOf } from './hook-check.js'
import { cookiesOf, type HookedDevice, hookedDevices, listFilters, removeFilters, removeHook } from './tc.js'

function filtersOf(nl: Connection, device: HookedDevice) {
  const directions = device.kind === 'clsact' ? (['received', 'sent'] as const) : (['received'] as const)
  return directions.flatMap((direction) => listFilters(nl, device, direction))
}

const hooksIn = (nl: Connection) => kernelCall('failed to list qdiscs', () => hookedDevices(nl))

const filtersAt = (nl: Connection, device: HookedDevice) =>
  kernelCall('failed to list filters', () => filtersOf(nl, device))

/** A device with a qdisc at its ingress, and the filters there. */
export interface FilteredDevice extends HookedDevice {
  readonly filters: readonly TfilterMessage[]
}

/** Lists the devices with filters except for `taps`, whose filters have no marks. */
export const filteredDevices = (nl: Connection, taps: readonly Link[]): FilteredDevice[] =>
  hooksIn(nl)
    .filter(({ index }) => !taps.some((tap) => tap.index === index))
    .map((device) => ({ ...device, filters: filtersAt(nl, device) }))

const ownOf = ({ filters }: FilteredDevice, isOwn: (mark: Uint8Array) => boolean) =>
  filters.filter((filter) => cookiesOf(filter).some(isOwn))

/** True if an interface is redirected by a filter whose mark fulfils `isOwn`. */
export const hasRedirection = (devices: readonly FilteredDevice[], isOwn: (mark: Uint8Array) => boolean): boolean =>
  devices.some((device) => ownOf(device, isOwn).length > 0)

/**
 * Removes the redirections whose mark fulfils `isOwn`, with their qdiscs. A qdisc with other filters stays, because others use it. A
 * qdisc without filters is removed if a tap in `taps` redirects to its device: then ADD has created it, and its filter was
 * deleted.
 */
export function removeRedirections(
  nl: Connection,
  taps: readonly Link[],
  isOwn: (mark: Uint8Array) => boolean,
  devices: readonly FilteredDevice[] = filteredDevices(nl, taps),
): void {
  throwFirst(attemptAll(devices.map((device) => () => removeFrom(nl, device, taps, isOwn))))
}

function removeFrom(
  nl: Connection,
  device: FilteredDevice,
  taps: readonly Link[],
  isOwn: (mark: Uint8Array) => boolean,
): void {
  const { filters } = device
  const own = ownOf(device, isOwn)
  const isAbandoned = () => filters.length === 0 && taps.some((tap) => redirectsTo(nl, tap.index, device.index))
  kernelCall('failed to remove a redirection', () => {
    // One request, so that a killed DEL does not leave a qdisc that nothing proves to be ours.
    if (own.length === filters.length && (own.length > 0 || isAbandoned())) removeHook(nl, device.index)
    else removeFilters(nl, filters, own)
  })
}

const redirectsTo = (nl: Connection, tap: number, target: number) =>
  filtersAt(nl, { index: tap, kind: 'ingress' }).some((filter) => redirectionOf(filter)?.ifindex === target)
