import { none } from '../../connection/flags.js'
import { type Operation, requestOf } from '../run/operation.js'
import type { LinkRef } from '../values/link-ref.js'
import { getFeatures } from './features.js'
import { headerOf } from './header.js'
import { get, ifSupported } from './subject.js'
import { subjects } from './table.js'
import type { EthtoolDevice } from './types.js'

/** Returns everything that the driver of a link reports. */
export function* device(link: LinkRef): Operation<EthtoolDevice> {
  const features = yield* getFeatures(link)
  const { dev, devName } = features
  const result: Record<string, unknown> = { dev, devName }
  for (const [name, subject] of Object.entries(subjects)) {
    const object = yield* ifSupported(get(subject, dev))
    if (object !== undefined) result[name] = object
  }
  return { ...result, features } as EthtoolDevice
}

/** Starts a test of the cable. */
export function* cableTest(link: LinkRef): Operation<void> {
  yield requestOf('change', 'ETHTOOL_MSG_CABLE_TEST_ACT', { attrs: { header: headerOf(link) } }, none)
}
