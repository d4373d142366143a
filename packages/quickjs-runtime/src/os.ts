/** The parts of `node:os` that the plugin uses. */
import { errno, signals } from 'native:process'

export const constants = { errno, signals }

export const endianness = () => (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE')
