export { EVENT_FILE, EventFile } from './event-file.js';
