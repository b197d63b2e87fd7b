"""What engagements does from time to time: nothing but what every service does."""

from services.chassis.work.scheduler import Jobs

jobs = Jobs()
