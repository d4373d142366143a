import { lacksMpls, mplsProbe } from '../../cache/mpls-support.js'
import { AF, ArgumentError, show } from '../../codec/index.js'
import { MPLS_LABEL, type MplsLabel } from '../../route/index.js'
import { type Operation, read } from '../run/operation.js'
import { familyName, familyNumber } from '../values/ip-text.js'
import { labelStack, MAX_LABEL } from '../values/mpls-labels.js'
import type { NewRoute, RouteFamily } from './types.js'

/** Routes of MPLS: their family, their labels, and their options. */

/** Returns AF_* of a family of routes. @throws {TypeError} */
export function routeFamilyNumber(family: RouteFamily): number {
  if (family === 'mpls') return AF.MPLS
  if (family === 'inet' || family === 'inet6') return familyNumber(family)
  throw new ArgumentError(`expected family to be inet, inet6 or mpls, got ${show(family)}`)
}

export const routeFamilyName = (family: number): RouteFamily => (family === AF.MPLS ? 'mpls' : familyName(family))

/** Returns true if the kernel has routes of MPLS: see {@link mplsProbe}. */
export function* hasMpls(): Operation<boolean> {
  try {
    yield* read('RTM_GETNETCONF', mplsProbe)
    return true
  } catch (error) {
    return !lacksMpls(error)
  }
}

/** Bits of a label, which are the prefix length of each route: net/mpls/af_mpls.c */
export const LABEL_BITS = 20
/** Returns the label that a route matches. @throws {TypeError} */
export function incomingLabel(label: NewRoute['dst']): MplsLabel[] {
  const stack = labelStack('dst', label)
  if (stack.length === 1 && Number(stack[0]?.label) >= MPLS_LABEL.FIRST_UNRESERVED) return stack
  throw new ArgumentError(
    `expected dst to be one MPLS label from ${MPLS_LABEL.FIRST_UNRESERVED} to ${MAX_LABEL}, got ${show(label)}`,
  )
}

/** Options that a route of MPLS can have only with these values, which are those that the kernel reports. */
const constant: Readonly<Record<string, readonly unknown[]>> = {
  ...{ table: ['main', 254], scope: ['global', 0], type: ['unicast', 1] },
}
const allowed: ReadonlySet<string> = new Set([
  'family',
  'dst',
  'via',
  'dev',
  'protocol',
  'flags',
  'multipath',
  'as',
  'ttlPropagate',
])

/** Checks that a route has only options that the kernel accepts for MPLS: `rtm_to_route_config`. @throws {TypeError} */
export function checkMplsRoute(route: NewRoute): void {
  for (const [key, value] of Object.entries(route))
    if (value !== undefined && !allowed.has(key) && !constant[key]?.includes(value))
      throw new ArgumentError(
        constant[key] === undefined
          ? `expected ${key} only with inet or inet6, got it with mpls`
          : `expected ${key} of mpls to be ${constant[key][0]}, got ${show(value)}`,
      )
}
