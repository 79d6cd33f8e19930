export { useMachineStore } from './store.ts';
