export { isStrace, readStrace, readStraceStream } from './read-strace.js'
export { type StraceProblem, StraceReader } from './reader.js'
