export { isStrace, readStrace, readStraceStream, straceDatagrams } from './read-strace.js'
export { type StraceProblem, StraceReader } from './reader.js'
