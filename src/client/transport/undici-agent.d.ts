/** The file of undici that has its `Agent`, without declarations of its own. */
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici';

  export default Agent;
}
