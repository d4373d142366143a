import { bridgeFlags, mstOptions, portOptions, vlanOf, vlanWords } from '../again/command/port-command.js'
import { MOST_SENT } from './generic.js'
import { isMembers } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

/** Returns the VLANs of a port: `1,100-110`. */
export function vlanList(infos: readonly unknown[]): string {
  let text = ''
  for (const info of infos) {
    const { vid, flags } = info as { vid?: number; flags?: number }
    // BRIDGE_VLAN_INFO_RANGE_END, linux/if_bridge.h
    const isEnd = ((flags ?? 0) & 16) !== 0
    text += text === '' ? `${vid}` : `${isEnd ? '-' : ','}${vid}`
  }
  return text
}

/** Summarizes a request about a bridge port: `set bridge port p1 vid 100-110 pvid untagged`. */
export function portSummary(sketch: Sketch, verb: string): Summary {
  const { attrs } = sketch
  const spec = isMembers(attrs.afSpec) ? attrs.afSpec : {}
  if (attrs.master !== undefined) sketch.dev('master', 'master')
  sketch.phrases(attrs.protinfo, portOptions, 'protinfo')
  for (const key of ['vlanInfo', 'vlanTunnelInfo'] as const) {
    const vlan = vlanOf(spec[key])
    if (vlan !== undefined) {
      sketch.words(['vid', ...vlanWords(vlan)], `afSpec.${key}`)
      sketch.shown(`afSpec.${key}`)
    }
  }
  sketch.phrases(spec.mst, mstOptions, 'afSpec.mst')
  if (typeof spec.flags === 'number') {
    sketch.words(bridgeFlags(spec.flags), 'afSpec.flags')
    sketch.shown('afSpec.flags')
  }
  sketch.rest(['index', 'flags', 'change', 'type', 'family', 'extMask', 'master'], MOST_SENT)
  return sketch.summary(verb, 'bridge port')
}
