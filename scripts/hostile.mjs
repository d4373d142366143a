// npm run hostile [-- --runs N --seed S --path P --in-process]: builds the plugin's executable, then gives it N generated calls that
// are mostly broken, each a process of its own, or with --in-process a call in this one. A failure prints the simplest call found,
// and the command that shows it again (--path).
import { runOnExecutable } from './lib/on-exe.mjs'

process.exitCode = (await runOnExecutable('test/hostile/main.ts')) ? 0 : 1
