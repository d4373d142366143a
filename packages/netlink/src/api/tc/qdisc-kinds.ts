// The kinds of qdiscs whose options can be written in the words of tc. Declaration files refer to a module by its name, so the comments of
// the options are shown in editors. An object of the tables would be copied into them without comments.

export { bfifo, cake, codel, fq, fqCodel as fq_codel, pfifo, pie } from './fair-words.js'
export { hfsc } from './hfsc-words.js'
export { netem } from './netem-words.js'
export { ets, prio } from './queue-words.js'
export { red, sfq } from './red-words.js'
export { htb, tbf } from './shaper-words.js'
export { mqprio, taprio } from './traffic-class-words.js'
