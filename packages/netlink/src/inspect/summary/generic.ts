import { associationOptions, channelWords, keyOptions, onOrOff } from '../again/command/macsec-command.js'
import { option } from '../again/command/words.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'
import { splitCommand, splitVerb } from './verbs.js'

/** Number of parts of a request, and of an answer, to show. Requests contain only what matters to the sender. */
export const MOST_SENT = 16
export const MOST_RECEIVED = 6

/** Adds channel and association in the words of `ip macsec`. */
function macsecDetails(sketch: Sketch): void {
  const { rxscConfig, saConfig } = sketch.said.attrs
  sketch.phrases(rxscConfig, { sci: channelWords, active: onOrOff }, 'rxscConfig')
  sketch.phrases(saConfig, { an: option('sa'), ...associationOptions, ...keyOptions }, 'saConfig')
}

/** Summarizes a command of generic netlink: `set wireguard device wg0`. */
export function genericSummary(sketch: Sketch): Summary {
  const { type, family = '', toKernel } = sketch.message
  const command = type.replace(/^.*?_(CMD|MSG|NL)_/, '')
  // The names of nlctrl's commands have no separator: CTRL_CMD_GETFAMILY.
  const { verb, object } = family === 'nlctrl' ? splitVerb(sketch, command) : splitCommand(sketch, command)
  sketch.identify()
  if (family === 'macsec') macsecDetails(sketch)
  // The header of ethtool names the device twice.
  sketch.rest(['header.devIndex', 'header.devName'], toKernel ? MOST_SENT : MOST_RECEIVED)
  const kind = type.includes(':')
    ? type
    : family === 'nlctrl'
      ? `generic ${object.toLowerCase()}`
      : `${family.toLowerCase()} ${object}`.trim()
  return sketch.summary(verb, kind)
}
