import { none } from '../../connection/flags.js'
import type { EthtoolFeaturesAttrs } from '../../generic/ethtool/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import type { LinkRef } from '../values/link-ref.js'
import { withMessage } from '../values/objects.js'
import { decodeBits } from './bits.js'
import { type Header, headerOf } from './header.js'
import type { Names } from './strings.js'
import type { EthtoolFeature, EthtoolFeatureGroup, EthtoolFeatures } from './types.js'

/** The features of each group of ethtool. `*` stands for any text. */
const groups: Readonly<Record<EthtoolFeatureGroup, string>> = {
  'rx-checksumming': 'rx-checksum',
  'tx-checksumming': 'tx-checksum-*',
  'scatter-gather': 'tx-scatter-gather*',
  'tcp-segmentation-offload': 'tx-tcp*-segmentation',
  'generic-segmentation-offload': 'tx-generic-segmentation',
  'generic-receive-offload': 'rx-gro',
  'large-receive-offload': 'rx-lro',
  'rx-vlan-offload': 'rx-vlan-hw-parse',
  'tx-vlan-offload': 'tx-vlan-hw-insert',
  'ntuple-filters': 'rx-ntuple-filter',
  'receive-hashing': 'rx-hashing',
}

/** The names of the groups. */
export const groupNames = Object.keys(groups) as EthtoolFeatureGroup[]

/** Returns the features that a name stands for: those of a group, or one. */
export function membersOf(name: string, known: readonly string[]): readonly string[] {
  return Object.hasOwn(groups, name) ? inGroup(name as EthtoolFeatureGroup, known) : [name]
}

/** Returns the names of the features of a group. */
function inGroup(group: EthtoolFeatureGroup, names: readonly string[]): string[] {
  const [start = '', end] = groups[group].split('*')
  return names.filter((name) => (end === undefined ? name === start : name.startsWith(start) && name.endsWith(end)))
}

/** Returns the features of a message by their names. */
function featuresOf({ hw, wanted, active, nochange }: EthtoolFeaturesAttrs, names: Names) {
  const setOf = (bits: EthtoolFeaturesAttrs['hw']) => decodeBits(bits, names('FEATURES'))
  const [on, requested, fixed] = [active, wanted, nochange].map((bits) => new Set(setOf(bits).set))
  // `hw` has a mask of all features.
  const { set: changeable, possible } = setOf(hw)
  return Object.fromEntries(
    possible.map((name): [string, EthtoolFeature] => [
      name,
      {
        active: on?.has(name) ?? false,
        requested: requested?.has(name) ?? false,
        fixed: !changeable.includes(name) || (fixed?.has(name) ?? false),
      },
    ]),
  )
}

/** A message about features. */
export interface FeaturesMessage {
  readonly attrs: EthtoolFeaturesAttrs
}

/** Converts a message to the features of a link. */
export function toFeatures(message: FeaturesMessage, names: Names = () => []): EthtoolFeatures {
  const features = featuresOf(message.attrs, names)
  const known = Object.keys(features)
  const isActive = (group: EthtoolFeatureGroup) => inGroup(group, known).some((name) => features[name]?.active)
  const { header } = message.attrs
  const object: EthtoolFeatures = {
    ...{ dev: header?.devIndex ?? 0, devName: header?.devName ?? '', features },
    groups: Object.fromEntries(groupNames.map((group) => [group, isActive(group)])) as EthtoolFeatures['groups'],
  }
  return withMessage(object, message)
}

/** Requests the features of a link. */
export function* readFeatures(header: Header): Operation<FeaturesMessage> {
  const [reply] = yield requestOf('read', 'ETHTOOL_MSG_FEATURES_GET', { attrs: { header } }, none)
  return reply as FeaturesMessage
}

/** Returns the features of a link. */
export function* getFeatures(link: LinkRef): Operation<EthtoolFeatures> {
  return toFeatures(yield* readFeatures(headerOf(link)))
}

/** Lists the features of all links. */
export function* listFeatures(): Operation<EthtoolFeatures[]> {
  const replies = yield requestOf('dump', 'ETHTOOL_MSG_FEATURES_GET', { attrs: {} }, none)
  return replies.map((reply) => toFeatures(reply as FeaturesMessage))
}
