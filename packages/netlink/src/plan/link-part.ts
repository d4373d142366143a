import type { Link } from '../api/link/types.js'
import type { Comparison } from '../api/values/compare.js'
import { portOptions } from './link-facts.js'

/** The steps that change a link. Each changes a group of options. */
export const groups = ['settings', 'mtu', 'member', 'ports', 'up'] as const
export type Group = (typeof groups)[number]

/** Returns the group of an option. */
export function groupOf(key: string): Group {
  if (key === 'mtu' || key === 'up') return key
  if (portOptions.includes(key)) return 'ports'
  return key === 'master' || key.startsWith('slaveData.') ? 'member' : 'settings'
}

/** A group of options that differ. */
export interface Part {
  readonly group: Group
  readonly found: Link
  readonly differences: readonly Comparison[]
  /** The option for which the link must be down for a moment. */
  readonly down: string | undefined
  /** True if the step sets the link down. */
  readonly isSetDown: boolean
  /** The part of its addresses and routes that the link loses by the step, or by its undo. */
  readonly loses: 'none' | 'inet6' | 'all'
}
