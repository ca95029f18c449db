"""The composition root: settings → adapters, built when first asked for, once an instance.

Every vendor is imported inside the function that needs it, so a function's cold start pays for
nothing it does not use.
"""

from shared.bootstrap.keeping import reset as reset
from shared.bootstrap.rules import admission_rules as admission_rules
from shared.bootstrap.rules import announcement_settings as announcement_settings
from shared.bootstrap.rules import callback_settings as callback_settings
from shared.bootstrap.rules import campaign_rules as campaign_rules
from shared.bootstrap.rules import gate_thresholds as gate_thresholds
from shared.bootstrap.rules import id_key as id_key
from shared.bootstrap.rules import identity_settings as identity_settings
from shared.bootstrap.rules import job_settings as job_settings
from shared.bootstrap.rules import model_settings as model_settings
from shared.bootstrap.rules import picture_limits as picture_limits
from shared.bootstrap.rules import picture_settings as picture_settings
from shared.bootstrap.rules import season_rules as season_rules
from shared.bootstrap.rules import upkeep_settings as upkeep_settings
from shared.bootstrap.rules import upload_limits as upload_limits
from shared.bootstrap.rules import upload_settings as upload_settings
from shared.bootstrap.rules import vehicle_limits as vehicle_limits
from shared.bootstrap.rules import vehicle_settings as vehicle_settings
from shared.bootstrap.stores import catalogue as catalogue
from shared.bootstrap.stores import circuits as circuits
from shared.bootstrap.stores import claims as claims
from shared.bootstrap.stores import clock as clock
from shared.bootstrap.stores import control as control
from shared.bootstrap.stores import jobs as jobs
from shared.bootstrap.stores import mount as mount
from shared.bootstrap.stores import state as state
from shared.bootstrap.vendors import announcer as announcer
from shared.bootstrap.vendors import invoker as invoker
from shared.bootstrap.vendors import prompt_model as prompt_model
from shared.bootstrap.vendors import prompt_model_named as prompt_model_named
from shared.bootstrap.vendors import queue as queue
from shared.bootstrap.vendors import scene_model_named as scene_model_named
from shared.bootstrap.vendors import scene_models as scene_models
from shared.bootstrap.vendors import second_look as second_look
