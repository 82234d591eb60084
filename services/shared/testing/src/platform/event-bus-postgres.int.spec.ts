import { testBus } from '../kit/test-service';
import { eventBusContract } from './event-bus-contract';

describe('the event bus on an ordered log in PostgreSQL', () => eventBusContract(testBus));
