import { ArgumentError, show } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import { DEVLINK_RESOURCE_UNIT, type DevlinkResourceAttrs } from '../../generic/devlink/index.js'
import type { Operation } from '../run/operation.js'
import { checkValue, U64 } from '../values/accepted.js'
import { defined } from '../values/objects.js'
import { isSet, wordOf } from './decode.js'
import { type DevlinkRef, deviceAttrs } from './handle.js'
import { changeDevlink, nameOf, readDevlink } from './read.js'
import type { DevlinkResource } from './types.js'

function toResource(attrs: DevlinkResourceAttrs, parent: string): DevlinkResource {
  const name = attrs.resourceName ?? ''
  const path = `${parent}/${name}`
  const { resourceSize = 0n, resourceSizeNew } = attrs
  return withJson({
    ...{ name, path, id: attrs.resourceId ?? 0n, size: resourceSize },
    ...defined({
      newSize: resourceSizeNew === resourceSize ? undefined : resourceSizeNew,
      isSizeValid: isSet(attrs.resourceSizeValid),
      minSize: attrs.resourceSizeMin,
      maxSize: attrs.resourceSizeMax,
      granularity: attrs.resourceSizeGran,
      unit: wordOf(DEVLINK_RESOURCE_UNIT, attrs.resourceUnit),
      occupancy: attrs.resourceOcc,
    }),
    resources: (attrs.resourceList?.resource ?? []).map((each) => toResource(each, path)),
  })
}

/** Returns the resources of a device, with their parts. */
export function* listResources(device: DevlinkRef): Operation<DevlinkResource[]> {
  const messages = yield* readDevlink('DEVLINK_CMD_RESOURCE_DUMP', deviceAttrs(device))
  return messages.flatMap(({ attrs }) => attrs.resourceList?.resource ?? []).map((each) => toResource(each, ''))
}

const flat = (resources: readonly DevlinkResource[]): DevlinkResource[] =>
  resources.flatMap((resource) => [resource, ...flat(resource.resources)])

/** A new size of a resource. */
export interface DevlinkResourceChange {
  /** `/IPv4/fib` */
  readonly path: string
  readonly size: bigint | number
}

/** Sets the size that a resource has after the next reload. */
export function* setResource(device: DevlinkRef, { path, size }: DevlinkResourceChange): Operation<void> {
  const key = deviceAttrs(device)
  const wanted = nameOf('path of the resource', path)
  const resourceSize = typeof size === 'number' && Number.isSafeInteger(size) ? BigInt(size) : size
  checkValue('size of the resource', resourceSize, U64)
  const all = flat(yield* listResources(device))
  const found = all.find((resource) => resource.path === wanted)
  if (found === undefined)
    throw new ArgumentError(
      `expected path of the resource to be one of ${all.map((each) => each.path).join(', ')}, got ${show(path)}`,
    )
  yield* changeDevlink('DEVLINK_CMD_RESOURCE_SET', { ...key, resourceId: found.id, resourceSize })
}
