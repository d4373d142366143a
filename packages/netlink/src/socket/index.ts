export { check, type Libc, libc, SystemError } from './libc.js'
export { type Netns, openIn, withNetns } from './netns.js'
export { uninterrupted, whenReadable } from './wait.js'
